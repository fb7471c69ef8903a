import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type GenerateProgress,
  type GenerateReport,
  generateFiles,
  openTenure,
  PACKAGE_ROOT,
  writeWorkspace,
} from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { openPackage } from '../shared/compiled.ts';

const clock = buildFixedClock('2026-03-15T06:00:00Z');
const COMPANY = { customers: 12, days: 60 };
const CUSTOMERS =
  'customer_id,industry,plan_tier,signup_date,mrr,churn_date,upgrade_date\nmine,fintech,growth,2025-05-01,1.00,,\n';

type Tenure = ReturnType<typeof openTenure>;

async function fetchRows(tenure: Tenure, sql: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const chunk of tenure.stream(sql, 'raw')) rows.push(...chunk.rows);
  return rows;
}

/** What tells one company from another. */
function fetchTrace(tenure: Tenure): Promise<unknown[]> {
  return fetchRows(
    tenure,
    `select (select count(*) from customers), (select min(customer_id) from customers), (select count(*) from usage_events),
       (select count(*) from loads.batches), (select any_value(file) from loads.files)`,
  );
}

/** Runs the program and kills it without warning, so many milliseconds after the file it works on has appeared. */
async function runAndKill(words: readonly string[], cwd: string, death: { file: string; delay: number }) {
  const bin = path.join(await openPackage(), 'tenure');
  const child = spawn(process.execPath, [bin, ...words], { cwd, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (child.exitCode === null && !fs.existsSync(death.file)) await sleep(5);
  await Promise.race([ended, sleep(death.delay)]);
  child.kill('SIGKILL');
  await ended;
  return child.exitCode === 0;
}

describe('generate into a workspace', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-company-'));
  const tenure = () => openTenure({ folder, clock });
  const generating = path.join(folder, '.tenure', 'raw.generating.duckdb');
  const steps: GenerateProgress[] = [];
  let report: GenerateReport;
  let before: unknown[];

  beforeAll(async () => {
    writeWorkspace(folder, '2026-03-14');
    report = await tenure().generate({ ...COMPANY, onProgress: (progress) => void steps.push(progress) });
    before = await fetchTrace(tenure());
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('fills the raw tables as one batch, tells its steps and leaves no scratch', async () => {
    expect(report).toMatchObject({ plan: { ...COMPANY, asOf: '2026-03-14', seed: 1 }, hasReplaced: false });
    for (const { table, rows } of report.tables) {
      expect([table, ...(await fetchRows(tenure(), `select count(*) from ${table}`))]).toEqual([
        table,
        [rows],
      ]);
    }
    const read = report.tables.reduce((total, { rows }) => total + rows, 0);
    expect(await tenure().listBatches()).toMatchObject([
      { batchId: '1', status: 'loaded', read, inserted: read },
    ]);
    const files = await fetchRows(tenure(), 'select distinct file, format, batch_id from loads.files');
    expect(files).toEqual([
      ['synthetic company: 12 customers, 60 days to 2026-03-14, seed 1', 'generated', '1'],
    ]);
    const stamp = 'select distinct _source, _loaded_at from usage_events';
    expect(await fetchRows(tenure(), stamp)).toEqual([['synthetic', '2026-03-15T06:00:00.000Z']]);
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).sort((a, b) => a - b));
    expect(steps.every(({ done, total }) => done < total)).toBe(true);
    expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
    expect(fs.existsSync(`${tenure().workspace.files.raw}.wal`)).toBe(false);
  });

  it('builds as of the last day of its history', async () => {
    const built = await tenure().build({ select: ['stg_customers', 'stg_usage_events'] });
    expect([built.isPublished, built.asOf]).toEqual([true, '2026-03-14']);
  });

  it('stops between two steps, and nothing has changed', async () => {
    const stop = new AbortController();
    const request = { ...COMPANY, seed: 2, signal: stop.signal };
    const stopped = tenure().generate({ ...request, onProgress: ({ done }) => done === 2 && stop.abort() });
    await expect(stopped).rejects.toThrow();
    expect(await fetchTrace(tenure())).toEqual(before);
    expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
  });

  it.each([0, 700, 1500, 2300])('kill -9 %i ms into it leaves one company, whole', async (delay) => {
    fs.rmSync(generating, { force: true });
    const words = ['generate', '--customers', '12', '--days', '60', '--seed', '2'];
    const wasOver = await runAndKill(words, folder, { file: generating, delay });
    const [[file, read]] = (await fetchRows(
      tenure(),
      'select any_value(file), sum(rows_read)::bigint from loads.files',
    )) as [[string, number]];
    if (file.endsWith('seed 1')) {
      expect(wasOver).toBe(false);
      expect(await fetchTrace(tenure())).toEqual(before);
    } else {
      const counts = report.tables
        .map(({ table }) => `select count(*) as n from ${table}`)
        .join(' union all ');
      expect(await fetchRows(tenure(), `select sum(n)::bigint from (${counts})`)).toEqual([[read]]);
      await tenure().generate(COMPANY);
    }
  });

  it('a log that a killed command left beside the raw tables does not meet the new file', async () => {
    const script = [
      `import { openDuckdb } from ${JSON.stringify(path.join(PACKAGE_ROOT, 'src/engines/index.ts'))};`,
      `const raw = await openDuckdb({ path: ${JSON.stringify(tenure().workspace.files.raw)} });`,
      `await raw.execute('create table loads.leftover as select 1 as one');`,
      `process.kill(process.pid, 'SIGKILL');`,
    ].join('\n');
    const words = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const child = spawn(process.execPath, words, { cwd: PACKAGE_ROOT, stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(fs.existsSync(`${tenure().workspace.files.raw}.wal`)).toBe(true);
    expect(await tenure().generate({ ...COMPANY, seed: 3 })).toMatchObject({ hasReplaced: true });
    expect(await tenure().listBatches()).toHaveLength(1);
    expect(await fetchRows(tenure(), 'select distinct file from loads.files')).toEqual([
      ['synthetic company: 12 customers, 60 days to 2026-03-14, seed 3'],
    ]);
  });

  it('is refused beside loaded rows, and stands again when they are taken back', async () => {
    fs.writeFileSync(path.join(folder, 'data', 'customers.csv'), CUSTOMERS);
    const loaded = await tenure().load({ paths: [path.join(folder, 'data')] });
    const trace = await fetchTrace(tenure());
    const refusal = { code: 'GENERATE_WORKSPACE_HAS_DATA', details: { batches: loaded.batchId } };
    await expect(tenure().generate(COMPANY)).rejects.toMatchObject(refusal);
    expect(await fetchTrace(tenure())).toEqual(trace);
    await tenure().undo('1');
    await expect(tenure().generate(COMPANY)).rejects.toMatchObject(refusal);
    await tenure().undo(loaded.batchId);
    expect(await fetchRows(tenure(), 'select count(*) from customers')).toEqual([[0]]);
    expect(await tenure().generate(COMPANY)).toMatchObject({ hasReplaced: false });
    expect(await fetchTrace(tenure())).toEqual(before);
  });
});

describe('generate into files', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-company-'));
  const company = path.join(folder, 'company');
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it.each([0, 1500])('kill -9 %i ms into it leaves no file, or all', async (delay) => {
    const words = ['generate', '--customers', '12', '--days', '60', '--out', 'company', '--force'];
    const death = { file: path.join(company, '.tenure-generating', 'company.duckdb'), delay };
    const wasOver = await runAndKill(words, folder, death);
    const names = fs.readdirSync(company).filter((name) => name !== '.tenure-generating');
    fs.rmSync(company, { recursive: true, force: true });
    // Killed between the last step and its end, it has written all.
    expect(wasOver ? [28] : [0, 28]).toContain(names.length);
  });

  it('clears what was left behind, and lets nobody else in meanwhile', async () => {
    const scratch = path.join(company, '.tenure-generating');
    fs.mkdirSync(scratch, { recursive: true });
    for (const name of ['company.duckdb', 'lock.duckdb'])
      fs.writeFileSync(path.join(scratch, name), 'half a file');
    const first = generateFiles({ ...COMPANY, folder: company });
    await expect(generateFiles({ ...COMPANY, folder: company })).rejects.toMatchObject({
      code: 'DATABASE_OPEN_TWICE',
    });
    expect((await first).files).toHaveLength(28);
    expect(fs.readdirSync(company)).toHaveLength(28);
  });
});
