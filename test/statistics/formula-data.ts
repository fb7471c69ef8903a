import type { Frame } from '../../src/statistics/index.ts';

export interface Formula {
  readonly seed: number;
  readonly rows: number;
  readonly threshold: number;
  /** About the share of values that are missing in two of the columns. */
  readonly missing: number;
}

export interface LabelledFrame {
  readonly frame: Frame;
  readonly labels: Uint8Array;
}

/** Numbers in [0, 1) that Python makes alike, to the last bit: a linear congruential generator. */
export function buildUniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function sumOf(next: () => number, count: number): number {
  let total = 0;
  for (let place = 0; place < count; place += 1) total += next();
  return total;
}

/** The same rows and labels as make_formula_data in bench/reference/make-tree-fixtures.py. */
export function buildFormulaData({ seed, rows, threshold, missing }: Formula): LabelledFrame {
  const next = buildUniforms(seed);
  const columns = Array.from({ length: 8 }, () => new Float64Array(rows));
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const [a, b, c, d] = [sumOf(next, 4) - 2, sumOf(next, 4) - 2, sumOf(next, 4) - 2, sumOf(next, 4) - 2];
    const tens = Math.floor(next() * 10);
    const product = Math.floor(next() * next() * 30);
    const flag = next() < 0.3 ? 1 : 0;
    const idle = next();
    const noise = sumOf(next, 12) - 6;
    const score = 1.5 * a + 1.2 * b * c - 0.9 * Math.abs(d) + 0.15 * tens - 0.05 * product + 0.8 * flag;
    const label = score + 0.7 * noise > threshold ? 1 : 0;
    const isFirstMissing = next() < missing;
    const isSecondMissing = next() < missing * (label === 1 ? 1.5 : 0.5);
    const values = [
      a,
      isFirstMissing ? Number.NaN : b,
      c,
      d,
      tens,
      isSecondMissing ? Number.NaN : product,
      flag,
      idle,
    ];
    for (const [place, value] of values.entries()) (columns[place] as Float64Array)[row] = value;
    labels[row] = label;
  }
  return { frame: { names: columns.map((_, place) => `x${place}`), columns, rows }, labels };
}
