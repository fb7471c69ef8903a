import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFixedClock, quoteRelation } from '../src/base/index.ts';
import { listTables } from '../src/contract/index.ts';
import { openDuckdb } from '../src/engines/index.ts';
import { buildCompanyPlan, writeCompany } from '../src/generate/index.ts';
import { openRawStore } from '../src/load/index.ts';

/**
 * A synthetic company into a raw file, against writing the same rows from another file; 2,000 events a customer:
 * `npx tsx bench/generate.ts [customers …]`, 500 and 5000 unless said. Each measurement runs in a process of its own.
 * Exit code 1 when a company of 5,000 customers or more takes over `MOST_COPIES` times its copy.
 */
const MOST_COPIES = 2.3;
const LARGE = 5000;
const CLOCK = buildFixedClock('2026-03-15T00:00:00Z');
const SETTINGS = { threads: '2' };

/** Seconds by the clock and of processor time, and the peak of memory. */
interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

async function writeRaw(file: string, customers: number): Promise<void> {
  const engine = await openDuckdb({ path: file, isConstruction: true, settings: SETTINGS });
  await openRawStore(engine, CLOCK);
  const plan = buildCompanyPlan({ preset: 'dictionary', customers });
  await writeCompany(engine, { plan, loadedAt: '2026-03-15T00:00:00Z', batchId: '1', source: 'synthetic' });
  await engine.execute('checkpoint');
  await engine.close();
}

async function copyRaw(file: string, source: string): Promise<void> {
  const engine = await openDuckdb({ path: file, isConstruction: true, settings: SETTINGS });
  await openRawStore(engine, CLOCK);
  await engine.attach(source, 'generated', { isReadOnly: true });
  for (const { schema, name } of listTables()) {
    const relation = quoteRelation(schema, name);
    await engine.execute(`insert into ${relation} from generated.${relation}`);
  }
  await engine.execute('checkpoint');
  await engine.close();
}

async function measure(work: () => Promise<void>): Promise<Cost> {
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage();
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, megabytes };
}

function runChild(kind: 'write' | 'copy', folder: string, customers: number): Cost {
  const words = ['tsx', fileURLToPath(import.meta.url), kind, folder, String(customers)];
  const result = spawnSync('npx', words, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '{}');
}

function renderCost(name: string, { seconds, cpu, megabytes }: Cost): string {
  return `${name.padEnd(40)}${seconds.toFixed(1).padStart(7)} s ${cpu.toFixed(1).padStart(7)} s CPU ${String(megabytes).padStart(6)} MB`;
}

const [kind, folder = '', size = ''] = process.argv.slice(2);
if (kind === 'write') {
  console.log(JSON.stringify(await measure(() => writeRaw(path.join(folder, 'raw.duckdb'), Number(size)))));
} else if (kind === 'copy') {
  const [target, source] = [path.join(folder, 'copy.duckdb'), path.join(folder, 'raw.duckdb')];
  console.log(JSON.stringify(await measure(() => copyRaw(target, source))));
} else {
  const sizes = process.argv.slice(2).map(Number);
  for (const customers of sizes.length === 0 ? [500, LARGE] : sizes) {
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-generate-'));
    const written = runChild('write', scratch, customers);
    const copied = runChild('copy', scratch, customers);
    fs.rmSync(scratch, { recursive: true, force: true });
    const copies = written.seconds / copied.seconds;
    const verdict =
      customers < LARGE ? '' : `, at most ${MOST_COPIES}: ${copies <= MOST_COPIES ? 'ok' : 'over'}`;
    console.log(renderCost(`generate ${customers} customers`, written));
    console.log(renderCost('  the same rows, copied', copied));
    console.log(
      `  ${copies.toFixed(2)} × the copy${verdict}; ${((written.cpu / customers) * 1000).toFixed(1)} CPU ms a customer`,
    );
    if (customers >= LARGE && copies > MOST_COPIES) process.exitCode = 1;
  }
}
