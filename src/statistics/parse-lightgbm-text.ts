import { TenureError } from '../base/index.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/** Lines `name=value` of one part of the file, and what the part is called in messages. */
interface Section {
  readonly place: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** LightGBM takes values closer to zero than this for zero where zero stands for missing (a float in its source). */
const ZERO = Math.fround(1e-35);

/** The bits of a decision type. */
const CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_KINDS = ['none', 'zero', 'nan'] as const;

function refuse(place: string, problem: string): never {
  throw new TenureError('MODEL_IMPORT_UNSUPPORTED', { place, problem });
}

function reject(place: string, problem: string): never {
  throw new TenureError('MODEL_IMPORT_INVALID', { place, problem });
}

function parseSection(place: string, lines: readonly string[]): Section {
  const fields = new Map(
    lines.map((line): [string, string] => {
      const end = line.indexOf('=');
      return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
    }),
  );
  return { place, fields };
}

function readField({ place, fields }: Section, name: string): string {
  return fields.get(name) ?? reject(place, `there is no line ${name}=`);
}

/** LightGBM writes inf for the threshold of all values against none; plain data has to hold a number. */
const INFINITIES: Readonly<Record<string, number>> = { inf: Number.MAX_VALUE, '-inf': -Number.MAX_VALUE };

function parseNumber(text: string, place: string): number {
  const value = INFINITIES[text] ?? Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : reject(place, `${text} is not a number`);
}

/** The numbers of a line; `count` of them. */
function readNumbers(section: Section, name: string, count: number): readonly number[] {
  const words = readField(section, name)
    .split(' ')
    .filter((word) => word !== '');
  const place = `${section.place}, ${name}`;
  if (words.length !== count) reject(place, `${words.length} values instead of ${count}`);
  return words.map((word) => parseNumber(word, place));
}

/**
 * Where LightGBM sends what is missing at a split. Without missing values in training, NaN counts as 0; where zero stands for
 * missing, zero has to go where the threshold sends it, since here only NaN is missing.
 */
function parseMissingLeft(decision: number, threshold: number, place: string): boolean {
  if ((decision & CATEGORICAL) !== 0) refuse(place, 'a split on categories');
  const isDefaultLeft = (decision & DEFAULT_LEFT) !== 0;
  const kind = MISSING_KINDS[(decision >> 2) & 3];
  if (kind === undefined) return reject(place, `the decision type ${decision}`);
  if (kind === 'none') return 0 <= threshold;
  if (kind === 'zero' && (-ZERO <= threshold !== isDefaultLeft || ZERO <= threshold !== isDefaultLeft))
    refuse(place, 'zero stands for missing and goes the other way than its threshold sends it');
  return isDefaultLeft;
}

/** Every split but the root, and every leaf, hangs on exactly one split that stands before it. */
function assertWhole(left: readonly number[], right: readonly number[], place: string): void {
  const splits = left.length;
  const seen = new Set<number>();
  for (const [split, children] of left.map((child, number) => [child, right[number] ?? 0]).entries()) {
    for (const child of children) {
      const isKnown = Number.isInteger(child) && child < splits && child >= -splits - 1;
      if (!isKnown || seen.has(child) || (child >= 0 && child <= split))
        reject(place, `split ${split} has the child ${child}`);
      seen.add(child);
    }
  }
}

function parseTree(section: Section, width: number): Tree {
  const { place } = section;
  const leaves = parseNumber(readField(section, 'num_leaves'), `${place}, num_leaves`);
  if (!Number.isInteger(leaves) || leaves < 1) reject(place, `num_leaves=${leaves}`);
  if ((section.fields.get('num_cat') ?? '0') !== '0') refuse(place, 'splits on categories');
  if ((section.fields.get('is_linear') ?? '0') !== '0') refuse(place, 'linear models in the leaves');
  const leafValue = readNumbers(section, 'leaf_value', leaves);
  const splits = leaves - 1;
  const empty = { feature: [], threshold: [], missingLeft: [], left: [], right: [], gain: [] };
  if (splits === 0) {
    // LightGBM leaves the count of a single leaf out, or writes 0.
    const leafCover = [Number(section.fields.get('leaf_count') ?? 0)];
    return { ...empty, splitValue: [], splitCover: [], leafValue, leafCover };
  }
  const feature = readNumbers(section, 'split_feature', splits);
  if (feature.some((number) => !Number.isInteger(number) || number < 0 || number >= width))
    reject(place, 'a split on a feature that is not listed');
  const threshold = readNumbers(section, 'threshold', splits);
  const decisions = readNumbers(section, 'decision_type', splits);
  const left = readNumbers(section, 'left_child', splits);
  const right = readNumbers(section, 'right_child', splits);
  assertWhole(left, right, place);
  return {
    feature,
    threshold,
    missingLeft: decisions.map((decision, split) =>
      parseMissingLeft(decision, threshold[split] ?? 0, `${place}, split ${split}`),
    ),
    left,
    right,
    gain: readNumbers(section, 'split_gain', splits),
    splitValue: readNumbers(section, 'internal_value', splits),
    splitCover: readNumbers(section, 'internal_count', splits),
    leafValue,
    leafCover: readNumbers(section, 'leaf_count', leaves),
  };
}

/** The head of the file, if it is of a kind that is taken over. */
function assertHead(head: Section): void {
  const { fields, place } = head;
  const version = readField(head, 'version');
  if (!['v3', 'v4'].includes(version)) refuse(place, `version=${version}`);
  if (fields.has('average_output')) refuse(place, 'average_output (a random forest)');
  for (const name of ['num_class', 'num_tree_per_iteration'])
    if (readField(head, name) !== '1') refuse(place, `${name}=${fields.get(name)} (more than two classes)`);
  const objective = fields.get('objective') ?? 'none';
  if (objective !== 'binary sigmoid:1') refuse(place, `objective=${objective}`);
}

/** The parts of the file: its head, then each tree. What follows the trees is not needed. */
function splitSections(text: string): readonly Section[] {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== 'tree') reject('line 1', 'a LightGBM model begins with the line tree');
  const end = lines.indexOf('end of trees');
  if (end < 0) reject('the end', 'there is no line "end of trees"');
  const sections: Section[] = [];
  let [place, part] = ['the head', [] as string[]];
  for (const line of lines.slice(1, end)) {
    if (line.startsWith('Tree=')) {
      sections.push(parseSection(place, part));
      [place, part] = [`tree ${line.slice('Tree='.length)}`, []];
    } else if (line !== '') part.push(line);
  }
  return [...sections, parseSection(place, part)];
}

/**
 * Reads a LightGBM text model (`booster.save_model`) for two classes with splits on numbers. Predictions and SHAP values are
 * those of LightGBM. Where a split saw nothing missing in training, LightGBM takes NaN for 0, and so does the result.
 *
 * @throws MODEL_IMPORT_UNSUPPORTED for categories, several classes, linear leaves, averaged trees, other objectives;
 *   MODEL_IMPORT_INVALID where the file is cut short or contradicts itself.
 * @example
 * const ensemble = parseLightgbmText(await fs.promises.readFile('model.txt', 'utf8'));
 */
export function parseLightgbmText(text: string): TreeEnsemble {
  const [head, ...sections] = splitSections(text);
  if (head === undefined) return reject('the head', 'it is absent');
  assertHead(head);
  const features = readField(head, 'feature_names').split(' ');
  const trees = sections.map((section) => parseTree(section, features.length));
  const [first, ...others] = trees;
  // Our own files carry the bias as a first tree of one leaf, which LightGBM adds like any other.
  return head.fields.has('bias_tree') && first !== undefined
    ? { features, bias: first.leafValue[0] ?? 0, trees: others }
    : { features, bias: 0, trees };
}
