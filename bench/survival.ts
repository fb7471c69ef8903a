import { buildSurvivalCurve, fitCox, runLogRankTest } from '../src/statistics/index.ts';
import { computeMedian, measureSeconds } from './measurement.ts';

/**
 * Survival curve, log-rank test of four groups and Cox's model of six columns, each against sorting the same rows by their
 * time in the same run: `npx tsx bench/survival.ts [customers]`; exit code 1 when one takes more sorts than it may.
 */
const customers = Number(process.argv[2] ?? 100_000);
const ROUNDS = 5;
const LIMITS = { curve: 3, 'log-rank test': 4, "Cox's model": 30 };

/** Numbers from 0 to 1 that only look like chance: the same rows in each run. */
function spread(row: number, salt: number): number {
  const mixed = Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453;
  return mixed - Math.floor(mixed);
}

const rows = Array.from({ length: customers }, (_, row) => row);
const columns = Array.from({ length: 6 }, (_, column) =>
  Float64Array.from(rows, (row) => (column < 3 ? spread(row, column) : Math.round(spread(row, column)))),
);
const hazard = Float64Array.from(
  rows,
  (row) => 0.001 * Math.exp((columns[0]?.[row] ?? 0) - (columns[3]?.[row] ?? 0)),
);
const ends = Float64Array.from(rows, (row) => -Math.log(1 - spread(row, 7)) / (hazard[row] ?? 1));
const limits = Float64Array.from(rows, (row) => 30 + 1200 * spread(row, 8));
const lifetimes = {
  times: Float64Array.from(rows, (row) => Math.ceil(Math.min(ends[row] ?? 0, limits[row] ?? 0))),
  events: Uint8Array.from(rows, (row) => Number((ends[row] ?? 0) <= (limits[row] ?? 0))),
};
const members = Uint8Array.from(rows, (row) => Math.floor(4 * spread(row, 9)));
const frame = { names: columns.map((_, column) => `x${column}`), columns, rows: customers };

async function measure(work: () => unknown): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) seconds.push(await measureSeconds(async () => work()));
  return computeMedian(seconds);
}

const sort = await measure(() =>
  Uint32Array.from(rows).sort((a, b) => (lifetimes.times[a] ?? 0) - (lifetimes.times[b] ?? 0)),
);
console.log(`${customers} customers, sorted in ${(1000 * sort).toFixed(0)} ms`);
const works = {
  curve: () => buildSurvivalCurve(lifetimes),
  'log-rank test': () => runLogRankTest(lifetimes, members, 4),
  "Cox's model": () => fitCox(frame, lifetimes),
};
for (const [name, work] of Object.entries(works)) {
  const seconds = await measure(work);
  const [ratio, limit] = [seconds / sort, LIMITS[name as keyof typeof LIMITS]];
  console.log(
    `${name.padEnd(16)}${(1000 * seconds).toFixed(0).padStart(6)} ms${ratio.toFixed(1).padStart(7)} sorts (≤ ${limit})`,
  );
  if (ratio > limit) process.exitCode = 1;
}
