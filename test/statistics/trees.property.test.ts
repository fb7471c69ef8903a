import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BoostOptions,
  boostTrees,
  type Explanation,
  explainTrees,
  type Frame,
  parseLightgbmText,
  predictMargins,
  renderLightgbmText,
  selectRows,
  type Tree,
  type TreeEnsemble,
} from '../../src/statistics/index.ts';
import { arbitraryEnsemble, arbitraryRows } from './arbitrary-trees.ts';
import { buildFormulaData, buildUniforms } from './formula-data.ts';
import { buildFrame, findLargestDifference } from './tree-fixtures.ts';

const SMALL: BoostOptions = {
  trees: 12,
  learningRate: 0.3,
  depth: 4,
  minLeafRows: 5,
  minLeafHessian: 1e-3,
  l2: 0.5,
};

/** What a tree expects of a row of which only the features in `known` are known: unknown splits share by their covers. */
function expectTree(tree: Tree, row: readonly (number | null)[], known: number): number {
  const visit = (node: number): number => {
    if (node < 0) return tree.leafValue[~node] ?? 0;
    const [left, right] = [tree.left[node] ?? 0, tree.right[node] ?? 0];
    const feature = tree.feature[node] ?? 0;
    if ((known >> feature) & 1) {
      const value = row[feature] ?? null;
      const isLeft = value === null ? tree.missingLeft[node] : value <= (tree.threshold[node] ?? 0);
      return visit(isLeft ? left : right);
    }
    const cover = (child: number) => (child >= 0 ? tree.splitCover[child] : tree.leafCover[~child]) ?? 0;
    const share = cover(left) / (cover(left) + cover(right));
    return share * visit(left) + (1 - share) * visit(right);
  };
  return visit(tree.feature.length > 0 ? 0 : ~0);
}

/** Shapley values by their definition: over all sets of features. */
function computeShapley(ensemble: TreeEnsemble, row: readonly (number | null)[]): readonly number[] {
  const count = ensemble.features.length;
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const expectSet = (known: number) =>
    ensemble.trees.reduce((sum, tree) => sum + expectTree(tree, row, known), ensemble.bias);
  return ensemble.features.map((_, feature) => {
    let value = 0;
    for (let known = 0; known < 1 << count; known += 1) {
      if ((known >> feature) & 1) continue;
      const size = [...known.toString(2)].filter((bit) => bit === '1').length;
      const weight = (factorial(size) * factorial(count - size - 1)) / factorial(count);
      value += weight * (expectSet(known | (1 << feature)) - expectSet(known));
    }
    return value;
  });
}

function sumRows({ base, contributions }: Explanation, rows: number): readonly number[] {
  const width = contributions.length / rows;
  return Array.from({ length: rows }, (_, row) =>
    contributions.slice(row * width, (row + 1) * width).reduce((sum, value) => sum + value, base),
  );
}

describe('explanations', () => {
  it('add up to the margin', () => {
    fc.assert(
      fc.property(arbitraryEnsemble(6, 6), arbitraryRows(6), (ensemble, rows) => {
        const frame = buildFrame(ensemble.features, rows);
        const sums = sumRows(explainTrees(ensemble, frame), rows.length);
        expect(findLargestDifference(sums, predictMargins(ensemble, frame))).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it('are the Shapley values of their definition', () => {
    fc.assert(
      fc.property(arbitraryEnsemble(4, 4), arbitraryRows(4), (ensemble, rows) => {
        const { base, contributions } = explainTrees(ensemble, buildFrame(ensemble.features, rows));
        const expected = rows.flatMap((row) => computeShapley(ensemble, row));
        expect(findLargestDifference(contributions, expected)).toBeLessThanOrEqual(1e-10);
        const mean = ensemble.trees.reduce((sum, tree) => sum + expectTree(tree, [], 0), ensemble.bias);
        expect(base).toBeCloseTo(mean, 10);
      }),
    );
  });
});

it('a rendered LightGBM model is read as what it was', () => {
  fc.assert(
    fc.property(arbitraryEnsemble(5, 5), (ensemble) => {
      expect(parseLightgbmText(renderLightgbmText(ensemble))).toEqual(ensemble);
    }),
  );
});

/** Rows of a few features that are partly whole numbers, partly missing, with labels that lean on them. */
function buildRandomData(seed: number, rows: number): { readonly frame: Frame; readonly labels: Uint8Array } {
  const next = buildUniforms(seed);
  const columns = Array.from({ length: 4 }, () => new Float64Array(rows));
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const values = [next() * 4, Math.floor(next() * 6), next() - 0.5, Math.floor(next() * 3)];
    const score = Math.sin((values[0] ?? 0) * 2) + (values[1] ?? 0) / 4 - (values[2] ?? 0) + next() * 2;
    labels[row] = score > 1.4 ? 1 : 0;
    for (const [place, value] of values.entries())
      (columns[place] as Float64Array)[row] = next() < 0.15 ? Number.NaN : value;
  }
  return { frame: { names: ['a', 'b', 'c', 'd'], columns, rows }, labels };
}

/** How many rows come to each leaf of a tree. */
function countLeaves(tree: Tree, frame: Frame): readonly number[] {
  const counts = tree.leafValue.map(() => 0);
  for (let row = 0; row < frame.rows; row += 1) {
    let node = tree.feature.length > 0 ? 0 : ~0;
    while (node >= 0) {
      const value = frame.columns[tree.feature[node] ?? 0]?.[row] ?? Number.NaN;
      const isLeft = Number.isNaN(value) ? tree.missingLeft[node] : value <= (tree.threshold[node] ?? 0);
      node = (isLeft ? tree.left[node] : tree.right[node]) ?? 0;
    }
    counts[~node] = (counts[~node] ?? 0) + 1;
  }
  return counts;
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });

describe('training', () => {
  it('sends every row, missing values too, where prediction sends it', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 30 }), (seed, bins) => {
        const { frame, labels } = buildRandomData(seed, 300);
        const { trees } = boostTrees(frame, labels, { ...SMALL, bins });
        expect(trees.length).toBeGreaterThan(0);
        for (const tree of trees) {
          expect(countLeaves(tree, frame)).toEqual(tree.leafCover);
          expect(Math.min(...tree.leafCover)).toBeGreaterThanOrEqual(SMALL.minLeafRows);
          expect(tree.leafValue.length).toBeLessThanOrEqual(2 ** SMALL.depth);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the direction of every column exactly', () => {
    const direction = fc.constantFrom<-1 | 0 | 1>(-1, 0, 1);
    const directions = fc.tuple(direction, direction, direction, direction);
    fc.assert(
      fc.property(seeds, directions, (seed, monotone) => {
        const { frame, labels } = buildRandomData(seed, 300);
        const ensemble = boostTrees(frame, labels, { ...SMALL, minLeafRows: 1, monotone });
        for (const [place, sign] of monotone.entries()) {
          const steps = [-1, 0, 0.2, 0.7, 1, 1.4, 2, 2.6, 3, 3.3, 4, 5, 7];
          const margins = steps.map((step) => {
            const moved = frame.columns.map((column, other) =>
              other === place ? new Float64Array(frame.rows).fill(step) : column,
            );
            return predictMargins(ensemble, { ...frame, columns: moved });
          });
          const violations = margins.slice(1).map((later, step) => {
            const before = margins[step] as Float64Array;
            return later.filter((margin, row) => sign * margin < sign * (before[row] as number)).length;
          });
          expect(violations.every((count) => count === 0)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { frame, labels } = buildRandomData(seed, 200);
        const next = buildUniforms(seed + 1);
        const order = [...labels.keys()]
          .map((row) => ({ row, key: next() }))
          .sort((a, b) => a.key - b.key)
          .map(({ row }) => row);
        const shuffled = Uint8Array.from(order, (row) => labels[row] ?? 0);
        expect(boostTrees(selectRows(frame, order), shuffled, SMALL)).toEqual(
          boostTrees(frame, labels, SMALL),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('takes a weight of two for the same row twice', () => {
    const { frame, labels } = buildRandomData(5, 200);
    const rows = [...labels.keys()];
    const twice = rows.filter((row) => row % 3 === 0);
    const doubled = [...rows, ...twice];
    const options = { ...SMALL, minLeafRows: 1, minLeafHessian: 2 };
    const weights = Float64Array.from(rows, (row) => (row % 3 === 0 ? 2 : 1));
    const weighted = boostTrees(frame, labels, { ...options, weights });
    const repeated = boostTrees(
      selectRows(frame, doubled),
      Uint8Array.from(doubled, (row) => labels[row] ?? 0),
      options,
    );
    const margins = predictMargins(weighted, frame);
    expect(findLargestDifference(margins, predictMargins(repeated, frame))).toBeLessThanOrEqual(1e-5);
    const plain = predictMargins(boostTrees(frame, labels, options), frame);
    expect(findLargestDifference(margins, plain)).toBeGreaterThan(0.01);
  });
});

describe('missing values', () => {
  it('tell when only their absence does, and the other way round', () => {
    for (const label of [0, 1]) {
      const labels = Uint8Array.from({ length: 200 }, (_, row) => (row % 4 === 0 ? label : 1 - label));
      const column = Float64Array.from(labels, (value, row) => (value === label ? Number.NaN : row));
      const frame = { names: ['x'], columns: [column], rows: 200 };
      const ensemble = boostTrees(frame, labels, SMALL);
      const [gap, low, high] = predictMargins(ensemble, buildFrame(['x'], [[null], [-1e9], [1e300]]));
      const sign = label === 1 ? 1 : -1;
      expect(sign * (gap ?? 0)).toBeGreaterThan(2);
      expect(sign * (low ?? 0)).toBeLessThan(-2);
      expect(high).toBe(low);
    }
  });

  it('go with the greater part where training saw none', () => {
    const column = Float64Array.from({ length: 100 }, (_, row) => row);
    const labels = Uint8Array.from(column, (value) => (value < 30 ? 1 : 0));
    const { trees } = boostTrees({ names: ['x'], columns: [column], rows: 100 }, labels, {
      ...SMALL,
      trees: 1,
    });
    expect(trees[0]?.threshold[0]).toBe(29.5);
    expect(trees[0]?.missingLeft[0]).toBe(false);
  });
});

describe('training that cannot go on', () => {
  it('ends without trees when all labels are alike, with a finite bias', () => {
    const { frame } = buildFormulaData({ seed: 4, rows: 100, threshold: 0, missing: 0 });
    const ensemble = boostTrees(frame, new Uint8Array(100), SMALL);
    expect(ensemble.trees).toEqual([]);
    expect(ensemble.bias).toBeLessThan(-30);
    expect(Number.isFinite(ensemble.bias)).toBe(true);
    expect([...explainTrees(ensemble, frame).contributions].every((value) => value === 0)).toBe(true);
  });

  const { frame, labels } = buildRandomData(1, 50);
  const infinite = { ...frame, columns: frame.columns.map((column) => column.map(() => 1 / 0)) };
  it.each([
    { words: 'labels for', labels: labels.slice(1) },
    { words: 'between 0 and 1', labels: labels.map((_, row) => row) },
    { words: 'infinite', frame: infinite },
    { words: 'directions', options: { ...SMALL, monotone: [1 as const] } },
    { words: 'weight', options: { ...SMALL, weights: new Float64Array(50).fill(-1) } },
    { words: 'bins', options: { ...SMALL, bins: 256 } },
    { words: 'learning rate', options: { ...SMALL, learningRate: 0 } },
  ])('says what does not fit: $words', ({ words, ...given }) => {
    const { frame: rows, labels: marks, options } = { frame, labels, options: SMALL, ...given };
    expect(() => boostTrees(rows, marks, options)).toThrow(words);
  });

  it('says which column the data of a prediction lack', () => {
    const ensemble = boostTrees(frame, labels, SMALL);
    const part = { ...frame, names: ['a', 'b', 'c', 'other'] };
    expect(() => predictMargins(ensemble, part)).toThrow('column d');
  });
});
