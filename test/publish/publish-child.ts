import { openPostgres } from '../../src/engines/index.ts';
import { publishPostgres } from '../../src/publish/index.ts';
import { buildJob, openShop } from './workbench.ts';

/** A publication in a process of its own, which tells what it begins so that a test can kill it there. */
const [connectionString = '', build = '', scratchFolder = ''] = process.argv.slice(2);
const from = await openShop(Number(build), 20_000);
const to = await openPostgres({ connectionString });
const job = buildJob(from, { build: Number(build), scratchFolder });
await publishPostgres({ ...job, onProgress: ({ step }) => process.stdout.write(`${step}\n`) }, to);
await to.close();
await from.close();
process.stdout.write('done\n');
