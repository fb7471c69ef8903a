import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  boostTrees,
  explainTrees,
  type Frame,
  predictMargin,
  predictMargins,
  selectRows,
  type TreeEnsemble,
} from '../src/statistics/index.ts';
import { buildUniforms } from '../test/statistics/formula-data.ts';
import { computeMedian, report } from './measurement.ts';

/**
 * Boosted trees of depth 5 over 20 columns: `npx tsx bench/trees.ts [python] [rows]`, 200,000 rows unless given. With a Python that has
 * lightgbm the same training is timed there in turns. All figures are seconds of the processor, so that a busy machine
 * changes them less; it ends with 1 where a goal is missed.
 */
const [python = '', words = '200000'] = process.argv.slice(2);
const ROWS = Number(words);
const [COLUMNS, TREES, DEPTH, RUNS] = [20, 200, 5, 3];
const [GOAL_RATIO, GOAL_PREDICT, GOAL_EXPLAIN] = [2.5, 10, 100];
const EXPLAINED = 20_000;

/** Half of the columns are counts and half measures; the label follows six of them. */
function buildData(): { readonly frame: Frame; readonly labels: Uint8Array } {
  const next = buildUniforms(1);
  const draw = () => next() + next() + next() + next() + next() + next() - 3;
  const columns = Array.from({ length: COLUMNS }, (_, place) =>
    Float64Array.from({ length: ROWS }, () => (place % 2 === 0 ? draw() : Math.floor(4 * Math.abs(draw())))),
  );
  const labels = Uint8Array.from({ length: ROWS }, (_, row) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = columns.map((column) => column[row] ?? 0);
    const margin = 1.5 * a + 0.4 * b - a * c + 0.3 * d * Math.sign(e) - 0.2 * f - 1;
    return next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  return { frame: { names: columns.map((_, place) => `c${place}`), columns, rows: ROWS }, labels };
}

function measureProcessor<T>(work: () => T): readonly [T, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

interface Timed {
  readonly trained: number;
  readonly predicted: number;
  readonly loss: number;
  /** For 2,000 rows; LightGBM only. */
  readonly explained?: number;
}

function timeLightgbm(file: string): Timed {
  const script = path.join(import.meta.dirname, 'reference', 'time-lightgbm.py');
  const { stdout, stderr } = spawnSync(python, [script, file, String(ROWS), String(TREES), String(DEPTH)], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

function measureLoss(margins: Float64Array, labels: Uint8Array): number {
  return (
    margins.reduce(
      (sum, margin, row) => sum + Math.log1p(Math.exp(labels[row] === 1 ? -margin : margin)),
      0,
    ) / margins.length
  );
}

function measureUse(ensemble: TreeEnsemble, frame: Frame): void {
  const rows = Array.from({ length: 5000 }, (_, row) =>
    Float64Array.from(frame.columns, (column) => column[row] ?? Number.NaN),
  );
  const singles = Array.from({ length: 5 }, () =>
    measureProcessor(() => rows.reduce((sum, row) => sum + predictMargin(ensemble, row), 0)),
  ).map(([, seconds]) => (seconds * 1e6) / rows.length);
  const single = computeMedian(singles);
  report('one row predicted', `${single.toFixed(1)} µs   goal ${GOAL_PREDICT}`, single > GOAL_PREDICT);
  const part = selectRows(
    frame,
    Array.from({ length: EXPLAINED }, (_, row) => row),
  );
  const batches = Array.from({ length: RUNS }, () => measureProcessor(() => explainTrees(ensemble, part)));
  const explained = (computeMedian(batches.map(([, seconds]) => seconds)) * 1e6) / EXPLAINED;
  report(
    `one of ${EXPLAINED} rows explained`,
    `${explained.toFixed(1)} µs   goal ${GOAL_EXPLAIN}`,
    explained > GOAL_EXPLAIN,
  );
}

const { frame, labels } = buildData();
const options = {
  trees: TREES,
  learningRate: 0.1,
  depth: DEPTH,
  minLeafRows: 20,
  minLeafHessian: 1e-3,
  l2: 1,
};
const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-trees-')), 'data.bin');
if (python !== '')
  fs.writeFileSync(
    file,
    Buffer.concat([...frame.columns, Float64Array.from(labels)].map((column) => Buffer.from(column.buffer))),
  );
const [ours, theirs]: [Timed[], Timed[]] = [[], []];
let ensemble: TreeEnsemble | null = null;
for (let run = 0; run < RUNS; run += 1) {
  const [trees, trained] = measureProcessor(() => boostTrees(frame, labels, options));
  const [margins, predicted] = measureProcessor(() => predictMargins(trees, frame));
  ours.push({ trained, predicted, loss: measureLoss(margins, labels) });
  if (python !== '') theirs.push(timeLightgbm(file));
  ensemble = trees;
}
fs.rmSync(path.dirname(file), { recursive: true });
const middle = (runs: readonly Timed[], of: 'trained' | 'predicted') =>
  computeMedian(runs.map((run) => run[of]));
report(
  `trained: ${ROWS} × ${COLUMNS}, ${TREES} trees, depth ${DEPTH}`,
  `${middle(ours, 'trained').toFixed(1)} s`,
);
report(
  'all rows predicted, each',
  `${((middle(ours, 'predicted') * 1e6) / ROWS).toFixed(1)} µs   goal ${GOAL_PREDICT}`,
  (middle(ours, 'predicted') * 1e6) / ROWS > GOAL_PREDICT,
);
if (python !== '') {
  const ratio = middle(ours, 'trained') / middle(theirs, 'trained');
  report('  LightGBM on one thread', `${middle(theirs, 'trained').toFixed(1)} s`);
  report('  as long as LightGBM', `${ratio.toFixed(2)} ×   goal ${GOAL_RATIO}`, ratio > GOAL_RATIO);
  report('  LightGBM, rows predicted, each', `${((middle(theirs, 'predicted') * 1e6) / ROWS).toFixed(1)} µs`);
  const explained = computeMedian(theirs.map((run) => run.explained ?? 0));
  report('  LightGBM, rows explained, each', `${((explained * 1e6) / 2000).toFixed(0)} µs`);
  report('  log loss, ours and theirs', `${ours[0]?.loss.toFixed(5)} ${theirs[0]?.loss.toFixed(5)}`);
}
if (ensemble !== null) measureUse(ensemble, frame);
