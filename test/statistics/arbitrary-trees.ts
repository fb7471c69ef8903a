import fc from 'fast-check';
import type { Tree, TreeEnsemble } from '../../src/statistics/index.ts';

/** A tree as nested nodes, which is how one is thought up. */
export type Node =
  | { readonly value: number; readonly cover: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly isMissingLeft: boolean;
      readonly left: Node;
      readonly right: Node;
    };

function countRows(node: Node): number {
  return 'value' in node ? node.cover : countRows(node.left) + countRows(node.right);
}

/** The flat form of a nested tree. */
export function flattenNode(root: Node): Tree {
  const tree = {
    feature: [] as number[],
    threshold: [] as number[],
    missingLeft: [] as boolean[],
    left: [] as number[],
    right: [] as number[],
    gain: [] as number[],
    splitValue: [] as number[],
    splitCover: [] as number[],
    leafValue: [] as number[],
    leafCover: [] as number[],
  };
  const place = (node: Node): number => {
    if ('value' in node) {
      tree.leafCover.push(node.cover);
      return ~(tree.leafValue.push(node.value) - 1);
    }
    const split = tree.feature.push(node.feature) - 1;
    tree.threshold.push(node.threshold);
    tree.missingLeft.push(node.isMissingLeft);
    tree.gain.push(split + 0.25);
    tree.splitValue.push(split / 3);
    tree.splitCover.push(countRows(node));
    tree.left[split] = place(node.left);
    tree.right[split] = place(node.right);
    return split;
  };
  place(root);
  return tree;
}

const finite = (limit: number) =>
  fc.double({ min: -limit, max: limit, noNaN: true }).map((value) => (value === 0 ? 0 : value));

/** Trees over few features, so that paths meet a feature again, with thresholds among few values. */
export function arbitraryNode(features: number, depth: number): fc.Arbitrary<Node> {
  const leaf = fc.record({ value: finite(3), cover: fc.integer({ min: 1, max: 40 }) });
  if (depth === 0) return leaf;
  const below = arbitraryNode(features, depth - 1);
  const split = fc.record({
    feature: fc.integer({ min: 0, max: features - 1 }),
    threshold: fc.oneof(fc.constantFrom(-1, 0, 1, 2), finite(5)),
    isMissingLeft: fc.boolean(),
    left: below,
    right: below,
  });
  return fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 4, arbitrary: split });
}

export function arbitraryEnsemble(features: number, depth: number): fc.Arbitrary<TreeEnsemble> {
  return fc.record({
    features: fc.constant(Array.from({ length: features }, (_, place) => `x${place}`)),
    bias: finite(4),
    trees: fc.array(arbitraryNode(features, depth).map(flattenNode), { maxLength: 5 }),
  });
}

/** Rows with values on, between and beyond the thresholds, some missing. */
export function arbitraryRows(features: number): fc.Arbitrary<readonly (readonly (number | null)[])[]> {
  const value = fc.oneof(fc.constantFrom(-1, 0, 1, 2), fc.constant(null), finite(6));
  return fc.array(fc.array(value, { minLength: features, maxLength: features }), {
    minLength: 1,
    maxLength: 12,
  });
}
