import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { openRawStore, runLoad } from '../../src/load/index.ts';

/** A load in a process of its own, which tells how far it is so that a test can kill it there. */
const [folder = '', file = '', batchId = ''] = process.argv.slice(2);
const clock = buildFixedClock('2026-03-14T12:00:00Z');
const engine = await openDuckdb({ path: path.join(folder, 'raw.duckdb') });
await openRawStore(engine, clock);
await runLoad(engine, {
  paths: [file],
  scratchPath: path.join(folder, 'load.duckdb'),
  clock,
  batchId,
  onProgress: (step) => process.stdout.write(`${step.phase}\n`),
});
await engine.close();
process.stdout.write('done\n');
