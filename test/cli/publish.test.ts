import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PublishReport } from '../../src/app/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { copyAcme } from '../shared/workspaces.ts';
import { runCommandLineIn } from './run-command-line.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-publish-'));
const folder = path.join(root, 'acme');
const SECRET = 'correct-horse';

const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCommandLineIn({ cwd: folder, environment }, ['publish', ...words]);

async function publish(...words: readonly string[]): Promise<PublishReport> {
  const { code, out, notes } = await run([...words, '--json']);
  expect([code, notes]).toEqual([0, '']);
  return JSON.parse(out);
}

async function query(file: string, sql: string) {
  const engine = await openDuckdb({ path: path.join(folder, file), isReadOnly: true });
  return engine.query(sql).finally(() => engine.close());
}

describe('tenure publish', () => {
  beforeAll(() => copyAcme(folder), 300_000);
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it('writes every mart and metric table, views too, with what is said of them', async () => {
    const { tables, asOf } = await publish('bi.duckdb', '--to', 'duckdb');
    expect(asOf).toBe('2026-03-14');
    const names = tables.map(({ schema, name }) => `${schema}.${name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'marts.customer_lifetime_value',
        'entity.metrics_api_entities',
        'entity.metric_catalogue',
      ]),
    );
    expect(new Set(tables.map(({ schema }) => schema))).toEqual(new Set(['entity', 'marts']));
    const own = await query(
      'warehouse.duckdb',
      `select schema_name || '.' || table_name as name, estimated_size as n from duckdb_tables() where schema_name in ('marts', 'entity')`,
    );
    const rows = new Map(tables.map(({ schema, name, rows: count }) => [`${schema}.${name}`, count]));
    for (const { name, n } of own) expect([name, rows.get(String(name))]).toEqual([name, n]);
    const silent = await query(
      'bi.duckdb',
      `select table_name from duckdb_tables() where comment is null and schema_name <> 'tenure_publish'
       union all select table_name || '.' || column_name from duckdb_columns() where comment is null and schema_name in ('marts', 'entity')`,
    );
    expect(silent).toEqual([]);
  });

  it('says of every metric how it is made, so that its formula gives the figure of metrics_api', async () => {
    const metrics = await query(
      'bi.duckdb',
      `select * from entity.metric_catalogue where over_entities <> 'none'`,
    );
    expect(metrics.length).toBeGreaterThan(80);
    const parts = metrics.map(
      ({ domain, metric_name, formula, table_name, company_rows }) =>
        `select '${domain}' as domain, '${metric_name}' as metric_name, metric_date, ${formula} as made
         from entity.${table_name} where ${company_rows ?? 'true'} group by metric_date`,
    );
    const [row] = await query(
      'bi.duckdb',
      `with made as (${parts.join(' union all ')})
       select count(*) as compared, count(distinct api.metric_name) as metrics,
         coalesce(sum((abs(made - metric_value) > 1e-6 * greatest(1, abs(metric_value)))::int), 0) as different
       from entity.metrics_api as api inner join made using (domain, metric_name, metric_date)
       where made is not null`,
    );
    expect(row).toMatchObject({ different: 0 });
    expect(Number(row?.['metrics'])).toBeGreaterThan(40);
  });

  it('takes a part, goes where tenure.yml says, and shows what it did', async () => {
    const { tables } = await publish(
      'part.duckdb',
      '--to',
      'duckdb',
      '--select',
      'customer_survival',
      'top_deals',
    );
    expect(tables.map(({ name }) => name)).toEqual(['customer_survival', 'top_deals']);
    fs.appendFileSync(path.join(folder, 'tenure.yml'), '\npublish: {to: parquet, path: exports}\n');
    const shown = await run([]);
    expect(shown.out).toMatch(/marts\.top_deals +\d+ +\d\.\d\d +new\n/);
    expect(shown.out).toMatch(/Published as of 2026-03-14 in .* tables, \d+ rows, in .*exports/);
    expect((await run([])).out).toMatch(/^\d+ tables were as they should be\.\nPublished/);
    expect(fs.existsSync(path.join(folder, 'exports', 'latest', 'entity', 'metrics_api.parquet'))).toBe(true);
  });

  it('takes an address from the environment or a file only, and never shows it', async () => {
    const url = `postgres://tenure:${SECRET}@127.0.0.1:1/none`;
    const shown = await run([url, '--to', 'postgres']);
    expect([shown.code, shown.notes]).toEqual([2, expect.stringContaining('TENURE_POSTGRES_URL')]);
    const missing = await run(['--to', 'postgres']);
    expect([missing.code, missing.notes]).toEqual([3, expect.stringContaining('PUBLISH_URL_MISSING')]);
    fs.writeFileSync(path.join(folder, 'address'), `${url}\n`);
    const ways = [
      await run(['--to', 'postgres'], { TENURE_POSTGRES_URL: url }),
      await run(['--to', 'postgres', '--url-env', 'BI_URL'], { BI_URL: url, TENURE_POSTGRES_URL: 'x' }),
      await run(['--to', 'postgres', '--url-file', 'address']),
      await run(['--to', 'postgres'], { TENURE_POSTGRES_URL: `postgres://a:${SECRET}@[bad:port/x` }),
    ];
    for (const { code, out, notes } of [shown, ...ways]) {
      expect(out + notes).not.toContain(SECRET);
      expect(code).not.toBe(0);
    }
    for (const { code, notes } of ways)
      expect([code, notes]).toEqual([3, expect.stringContaining('PUBLISH_UNREACHABLE')]);
  });

  it('says what is missing', async () => {
    expect((await run(['--to', 'oracle'])).notes).toContain('postgres, parquet, duckdb');
    expect((await run(['--to', 'duckdb'])).notes).toContain('PUBLISH_TARGET_MISSING');
    expect((await run(['x', '--to', 'parquet', '--select', 'stg_customers'])).notes).toContain(
      'PUBLISH_NOTHING',
    );
    const controller = new AbortController();
    controller.abort();
    const stopped = await runCommandLineIn({ cwd: folder, signal: controller.signal }, [
      'publish',
      'y',
      '--to',
      'parquet',
    ]);
    expect(stopped).toMatchObject({ code: 130, notes: 'Interrupted: nothing was changed.\n' });
    expect(fs.existsSync(path.join(folder, 'y', 'latest'))).toBe(false);
  });
});
