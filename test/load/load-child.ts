import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import {
  type LoadProgress,
  type LoadRequest,
  openRawStore,
  runLoad,
  runSourceLoad,
} from '../../src/load/index.ts';

/** A load of a file, or of the source `crm` at an address, in a process of its own, which tells how far it is so that a test can kill it there. */
const [folder = '', file = '', batchId = ''] = process.argv.slice(2);
const clock = buildFixedClock('2026-03-14T12:00:00Z');
const engine = await openDuckdb({ path: path.join(folder, 'raw.duckdb') });
await openRawStore(engine, clock);
const isSource = file.startsWith('postgres:');
const request = {
  scratchPath: path.join(folder, 'load.duckdb'),
  clock,
  batchId,
  onProgress: (step: LoadProgress) => process.stdout.write(`${step.phase}\n`),
};
if (isSource) {
  const sourcesFile = path.join(folder, 'sources.yml');
  const load = (given: LoadRequest) => runLoad(engine, given);
  await runSourceLoad(engine, { ...request, sourcesFile, environment: { CRM_URL: file }, load });
} else await runLoad(engine, { ...request, paths: [file] });
await engine.close();
process.stdout.write('done\n');
