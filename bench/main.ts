import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { runChurnBench } from './churn.ts';
import { runCompileBench } from './compile.ts';
import type { Measurement } from './measurement.ts';

/** `npm run bench [-- rows]`: every figure in one run, with its limit; exit code 1 when one is passed. */
const rows = Number(process.argv[2] ?? 10_000_000);

function renderMeasurement({ name, value, limit, unit }: Measurement): string {
  const verdict = limit === null ? '' : value <= limit ? `≤ ${limit} ${unit}: ok` : `over ${limit} ${unit}`;
  return `${name.padEnd(48)}${value.toFixed(2).padStart(8)} ${unit.padEnd(2)}  ${verdict}`;
}

const measurements = [...(await runCompileBench()), ...(await runChurnBench(rows))];
for (const measurement of measurements) console.log(renderMeasurement(measurement));
const isOver = measurements.some(({ value, limit }) => limit !== null && value > limit);
const others = [
  ['load.ts', String(rows), '5'],
  ['generate.ts', String(Math.ceil(rows / 2000))],
  ['trailing.ts'],
].map(([file = '', ...words]) =>
  spawnSync('npx', ['tsx', path.join(import.meta.dirname, file), ...words], { stdio: 'inherit' }),
);
process.exitCode = isOver || others.some(({ status }) => status !== 0) ? 1 : 0;
