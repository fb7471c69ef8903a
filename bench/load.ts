import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../src/engines/index.ts';
import { openRawStore, runLoad } from '../src/load/index.ts';

/** Loading 10 M usage events against a bare `create table as`; `npx tsx bench/load.ts [rows] [rounds]`. */
const rows = Number(process.argv[2] ?? 10_000_000);
const rounds = Number(process.argv[3] ?? 3);

async function measure(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function readPeakMegabytes(): number {
  if (!fs.existsSync('/proc/self/status')) return Math.round(process.resourceUsage().maxRSS / 1024);
  const peak = /VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  return Math.round(Number(peak?.[1] ?? 0) / 1024);
}

async function writeEvents(file: string): Promise<void> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(
    `copy (
       select
         concat(m[1:8], '-', m[9:12], '-', m[13:16], '-', m[17:20], '-', m[21:32]) as event_id,
         'c' || (hash(i) % 5000)::varchar as customer_id,
         strftime(timestamp '2024-01-01' + to_seconds(i * 6), '%Y-%m-%dT%H:%M:%SZ') as "timestamp",
         ['evidence_upload', 'monitoring_run', 'report_view', 'user_invite', 'integration_connect', 'api_call'][1 + (hash(i + 7) % 6)::integer]
           as event_type,
         round((hash(i + 9) % 1000) / 1000.0, 3) as feature_adoption_score
       from (select i, md5(i::varchar) as m from range(${rows}) as numbers(i)) as events
     ) to '${file}' (header)`,
  );
  await engine.close();
}

async function openFresh(file: string): Promise<DuckdbEngine> {
  for (const path of [file, `${file}.wal`]) fs.rmSync(path, { force: true });
  return openDuckdb({ path: file });
}

async function runBare(folder: string, events: string): Promise<number> {
  const engine = await openFresh(path.join(folder, 'bare.duckdb'));
  const seconds = await measure(() =>
    engine.execute(
      `create table usage_events as select * from read_csv('${events}', auto_detect = false, header = true, delim = ',', quote = '"',
         columns = {'event_id': 'varchar', 'customer_id': 'varchar', 'timestamp': 'timestamptz', 'event_type': 'varchar', 'feature_adoption_score': 'double'})`,
    ),
  );
  await engine.close();
  return seconds;
}

async function runTwice(folder: string, events: string): Promise<{ first: number; again: number }> {
  const engine = await openFresh(path.join(folder, 'raw.duckdb'));
  await openRawStore(engine, systemClock);
  const scratchPath = path.join(folder, 'load.duckdb');
  const load = (batchId: string) =>
    runLoad(engine, { paths: [events], scratchPath, clock: systemClock, batchId });
  const first = await measure(() => load('1'));
  const firstPeak = readPeakMegabytes();
  const again = await measure(async () => {
    const report = await load('2');
    if (report.unchanged !== rows) throw new Error(`${report.unchanged} of ${rows} unchanged`);
  });
  await engine.close();
  console.log(
    `peak memory of the process: first load ${firstPeak} MB, with the reload ${readPeakMegabytes()} MB`,
  );
  return { first, again };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Each measurement runs in a process of its own, so that one's memory is not another's. */
function runChild(kind: string, folder: string): { seconds: readonly number[]; text: string } {
  const script = fileURLToPath(import.meta.url);
  const result = spawnSync('npx', ['tsx', script, String(rows), '1', kind, folder], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  const lines = result.stdout.trim().split('\n');
  return { seconds: (lines.pop() ?? '').split(' ').map(Number), text: lines.join('\n') };
}

async function main(): Promise<void> {
  const folder = process.argv[5] ?? fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  const events = path.join(folder, 'usage_events.csv');
  if (process.argv[4] === 'bare') console.log(await runBare(folder, events));
  else if (process.argv[4] === 'load') {
    const { first, again } = await runTwice(folder, events);
    console.log(`${first} ${again}`);
  } else {
    await writeEvents(events);
    console.log(`${rows} rows, ${Math.round(fs.statSync(events).size / 1e6)} MB`);
    const bare: number[] = [];
    const first: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(runChild('bare', folder).seconds[0] ?? Number.NaN);
      const load = runChild('load', folder);
      first.push(load.seconds[0] ?? Number.NaN);
      again.push(load.seconds[1] ?? Number.NaN);
      console.log(load.text);
    }
    const base = median(bare);
    const ratio = (median(first) / base).toFixed(2);
    console.log(
      `bare ${base.toFixed(1)} s, load ${median(first).toFixed(1)} s = ${ratio} ×, reload ${median(again).toFixed(1)} s`,
    );
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

await main();
