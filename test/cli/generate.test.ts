import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTables } from '../../src/contract/index.ts';
import { runCommandLine as run, runCommandLineIn } from './run-command-line.ts';

const SMALL = ['--customers', '12', '--days', '60'];

interface TableRows {
  readonly table: string;
  readonly rows: number;
}

interface LoadedFile {
  readonly table: string;
  readonly inserted: number;
}

function buildCounts(rows: readonly TableRows[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ table, rows: count }) => [table, count]));
}

describe('tenure generate', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-generate-'));
  const folder = path.join(root, 'acme');

  beforeAll(async () => {
    expect((await run(root, 'init', 'acme')).code).toBe(0);
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it.each([
    [['--customers', 'many'], 'GENERATE_OPTION_INVALID', '--customers many: give a whole number'],
    [['--customers', '0'], 'GENERATE_OPTION_INVALID', '--customers 0: give a whole number from 1'],
    [['--days', '3.5'], 'GENERATE_OPTION_INVALID', '--days 3.5'],
    [['--days', '59'], 'GENERATE_OPTION_INVALID', '--days 59: give a whole number from 60'],
    [['--seed', '4294967296'], 'GENERATE_OPTION_INVALID', '--seed 4294967296'],
    [['--as-of', '2026-02-30'], 'GENERATE_OPTION_INVALID', '--as-of 2026-02-30: give a date'],
    [['--preset', 'huge'], 'GENERATE_OPTION_INVALID', 'one of demo, dictionary'],
    [
      ['--out', 'x', '--format', 'csv,xml'],
      'GENERATE_OPTION_INVALID',
      '--format csv,xml: give csv or parquet',
    ],
    [['--out', 'tenure.yml'], 'GENERATE_OPTION_INVALID', 'a folder'],
    [['--format', 'csv'], 'USAGE', '--format goes with --out'],
    [['--force'], 'USAGE', '--force goes with --out'],
    [['company'], 'USAGE', 'does not take "company"'],
    [['--customer', '5'], 'USAGE', '--customer'],
  ])('%j says %s', async (words, code, text) => {
    const before = fs.readdirSync(folder);
    const outcome = await run(folder, 'generate', ...words);
    expect([outcome.code, outcome.out]).toEqual([2, '']);
    expect(outcome.notes).toContain(`(${code})`);
    expect(outcome.notes).toContain(text);
    expect(fs.readdirSync(folder)).toEqual(before);
  });

  it('says where there is no workspace', async () => {
    expect((await run(root, 'generate')).notes).toContain('WORKSPACE_MISSING');
  });

  it('fills the raw tables and says how to build them', async () => {
    const outcome = await run(folder, 'generate', ...SMALL, '--seed', '5');
    expect([outcome.code, outcome.notes]).toEqual([0, '']);
    for (const { schema, name } of listTables()) expect(outcome.out).toContain(`${schema}.${name} `);
    expect(outcome.out).toContain('12 customers, 60 days up to 2026-03-14, seed 5.');
    expect(outcome.out).toContain('Build it with: tenure build --as-of 2026-03-14\n');
    const counted = await run(folder, 'query', '--raw', 'select count(*) as n from customers', '--json');
    expect(JSON.parse(counted.out)).toEqual([{ n: 12 }]);
    const doctor = await run(folder, 'doctor');
    expect(doctor.out).toContain('last: generate at 2026-03-15');
  });

  it('replaces the company it made, and reports as JSON', async () => {
    const outcome = await run(folder, 'generate', ...SMALL, '--as-of', '2025-12-31', '--json');
    const report = JSON.parse(outcome.out);
    const plan = { customers: 12, days: 60, asOf: '2025-12-31', seed: 1 };
    expect(report).toMatchObject({ plan, batchId: '1', hasReplaced: true });
    expect(report.tables).toHaveLength(28);
    const [batch] = JSON.parse((await run(folder, 'load', '--batches', '--json')).out);
    const total = report.tables.reduce((sum: number, { rows }: TableRows) => sum + rows, 0);
    expect(batch).toMatchObject({
      batchId: '1',
      status: 'loaded',
      read: total,
      inserted: total,
      rejected: 0,
    });
  });

  it('says nothing of as_of where tenure.yml has it', async () => {
    fs.writeFileSync(path.join(folder, 'tenure.yml'), 'as_of: 2026-03-14\n');
    const outcome = await run(folder, 'generate', ...SMALL);
    expect(outcome.out).toContain('in the place of the one before');
    expect(outcome.out).toContain('Build it with: tenure build --full-refresh\n');
  });

  it('refuses where files were loaded', async () => {
    await run(root, 'init', 'loaded');
    const loaded = path.join(root, 'loaded');
    fs.writeFileSync(
      path.join(loaded, 'data', 'customers.csv'),
      'customer_id,industry,plan_tier,signup_date,mrr,churn_date,upgrade_date\nc1,fintech,growth,2025-05-01,1,,\n',
    );
    await run(loaded, 'load', 'data');
    const refused = await run(loaded, 'generate', ...SMALL);
    expect(refused.code).toBe(2);
    expect(refused.notes).toMatch(/holds loaded data \(batch 1\)[\s\S]*GENERATE_WORKSPACE_HAS_DATA/);
  });

  it('does nothing once it is interrupted', async () => {
    const stopped = AbortSignal.abort();
    for (const words of [
      ['generate', ...SMALL],
      ['generate', ...SMALL, '--out', '../stopped/deep'],
    ]) {
      const outcome = await runCommandLineIn({ cwd: folder, signal: stopped }, words);
      expect([outcome.code, outcome.notes]).toEqual([130, 'Interrupted: nothing was changed.\n']);
    }
    expect(fs.existsSync(path.join(root, 'stopped'))).toBe(false);
    expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
  });

  describe('--out', () => {
    const company = path.join(root, 'company');
    const names = (format: string) => listTables().map(({ name }) => `${name}.${format}`);
    const out = ['generate', ...SMALL, '--out', 'company'];
    let files: readonly (TableRows & { readonly file: string; readonly bytes: number })[];

    beforeAll(async () => {
      fs.mkdirSync(company);
      fs.writeFileSync(path.join(company, 'notes.txt'), 'mine');
      const first = await run(root, ...out);
      expect([first.code, first.notes]).toEqual([0, '']);
      expect(first.out).toContain('28 files (csv) in company\n');
      expect(first.out).toContain('tenure load company, then tenure build --as-of 2026-03-14');
      expect(fs.readdirSync(company).sort()).toEqual(['notes.txt', ...names('csv')].sort());
      fs.writeFileSync(path.join(company, 'customers.csv'), 'mine\n');
    });

    it('does not overwrite', async () => {
      const refused = await run(root, ...out);
      expect([refused.code, refused.out]).toEqual([2, '']);
      expect(refused.notes).toMatch(/already holds customers\.csv, .* and 25 more files/);
      expect(refused.notes).toContain('GENERATE_FILES_EXIST');
      expect(fs.readFileSync(path.join(company, 'customers.csv'), 'utf8')).toBe('mine\n');
      expect((await run(root, ...out, '--format', 'parquet,csv')).notes).toContain('GENERATE_FILES_EXIST');
    });

    it('unless it is told to; writes both formats at once, and reports as JSON', async () => {
      const forced = await run(root, ...out, '--format', 'csv,parquet', '--force', '--json');
      expect([forced.code, forced.notes]).toEqual([0, '']);
      ({ files } = JSON.parse(forced.out));
      const both = [...names('csv'), ...names('parquet')].sort();
      expect(files.map(({ file }) => path.basename(file)).sort()).toEqual(both);
      expect(fs.readdirSync(company).sort()).toEqual(['notes.txt', ...both].sort());
      for (const { file, bytes } of files) expect(fs.statSync(file).size).toBe(bytes);
    });

    it('writes times in UTC, and no column of the load', () => {
      const [header, first] = fs.readFileSync(path.join(company, 'usage_events.csv'), 'utf8').split('\n');
      const columns = listTables().find(({ name }) => name === 'usage_events')?.columns ?? [];
      expect(header).toBe(columns.map(({ name }) => name).join(','));
      expect(first?.split(',')[2]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    });

    it.each(['csv', 'parquet'])(
      'is loaded without a reject, every table where it belongs: %s',
      async (format) => {
        const target = path.join(root, `from-${format}`);
        await run(root, 'init', `from-${format}`);
        fs.mkdirSync(path.join(target, 'company'));
        for (const name of names(format))
          fs.copyFileSync(path.join(company, name), path.join(target, 'company', name));
        const loaded = JSON.parse((await run(target, 'load', 'company', '--strict', '--json')).out);
        expect(loaded).toMatchObject({ status: 'loaded', rejected: 0, updated: 0, unchanged: 0, notes: [] });
        expect(
          buildCounts(loaded.files.map(({ table, inserted }: LoadedFile) => ({ table, rows: inserted }))),
        ).toEqual(buildCounts(files));
      },
    );

    it('holds what a workspace is given: to the loader, every row is there already', async () => {
      const csv = path.join(root, 'from-csv', 'company');
      const again = JSON.parse((await run(folder, 'load', csv, '--dry-run', '--json')).out);
      expect(again.read).toBe(Object.values(buildCounts(files)).reduce((total, rows) => total + rows, 0));
      expect(again).toMatchObject({ inserted: 0, updated: 0, rejected: 0, unchanged: again.read });
    });
  });
});
