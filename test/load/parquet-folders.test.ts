import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quoteLiteral } from '../../src/base/index.ts';
import { type LoadRequest, runUndo } from '../../src/load/index.ts';
import { CLOCK, openWorkbench, renderCounts, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

/** Writes the rows of a query as a Parquet file. */
async function writeParquet(name: string, sql: string): Promise<string> {
  const file = path.join(bench.folder, 'lake', name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await bench.engine.execute(`copy (${sql}) to ${quoteLiteral(file)} (format parquet)`);
  return file;
}

const load = (options: Partial<LoadRequest> = {}) => bench.load(path.join(bench.folder, 'lake'), options);

async function listFeatures(): Promise<string> {
  const rows = await bench.engine.query(
    'select feature_id, name, released_at::date::varchar as day, _source from raw.features order by 1',
  );
  const lake = `${path.join(bench.folder, 'lake')}/`;
  return rows
    .map((row) =>
      [row['feature_id'], row['name'], row['day'], String(row['_source']).replace(lake, '')].join(' '),
    )
    .join('; ');
}

test('the folders of partitions are columns, and files of different columns go together by name', async () => {
  await writeParquet(
    'features/day=2026-01-01/0.parquet',
    `select 'a' as feature_id, 1 as name, 'x' as colour`,
  );
  await writeParquet('features/day=2026-01-02/0.parquet', `select 'two' as name, 'b' as feature_id`);
  await writeParquet('features/day=2026-01-02/1.parquet', `select 'c' as feature_id`);
  await writeParquet('features/day=__HIVE_DEFAULT_PARTITION__/0.parquet', `select 'd' as feature_id`);
  fs.writeFileSync(path.join(bench.folder, 'lake', 'features', '_SUCCESS'), '');
  const mapFile = bench.write(
    'map.yml',
    `files: [{file: 'lake/features/*/*.parquet', table: features, columns: {released_at: day}}]`,
  );
  const report = await load({ mapFile });
  const folder = path.join(bench.folder, 'lake');
  expect(report.files).toMatchObject([
    { file: folder, table: 'raw.features', parts: 4, read: 4, inserted: 4, ignoredColumns: ['colour'] },
  ]);
  expect(report.skippedFiles).toEqual([path.join(folder, 'features', '_SUCCESS')]);
  expect(await listFeatures()).toBe(
    'a 1 2026-01-01 features/day=2026-01-01/0.parquet; b two 2026-01-02 features/day=2026-01-02/0.parquet; ' +
      'c  2026-01-02 features/day=2026-01-02/1.parquet; d   features/day=__HIVE_DEFAULT_PARTITION__/0.parquet',
  );
  expect(await bench.engine.query('select file, rows_inserted from loads.files')).toEqual([
    { file: folder, rows_inserted: 4 },
  ]);
});

test('without a mapping, the folder above the partitions names the table; other layouts are read by themselves', async () => {
  await writeParquet('features/year=2026/month=01/0.parquet', `select 'a' as feature_id`);
  await writeParquet('features/year=2026/month=02/0.parquet', `select 'b' as feature_id`);
  await writeParquet('features/old/0.parquet', `select 'c' as feature_id`);
  await writeParquet('team_members/0.parquet', `select 'm' as member_id`);
  const report = await load();
  expect(
    report.files.map(({ table, parts, inserted }) => `${table} ${parts ?? 1} ${inserted}`).sort(),
  ).toEqual(['raw.features 2 2', 'raw.team_members 1 1', 'null 1 0'].sort());
});

test('rejects name the file and the row, and a broken file does not take the others with it', async () => {
  const part = (name: string, sql: string) => writeParquet(`usage_events/${name}.parquet`, sql);
  const sound = `'c1' as customer_id, '2026-01-01T00:00:00Z' as timestamp, 'api_call' as event_type`;
  await part('0', `select 'e' || range as event_id, ${sound} from range(3)`);
  await part('1', `select case when range <> 1 then 'f' || range end as event_id, ${sound} from range(3)`);
  await part(
    '2',
    `select 'g' as event_id, 'c1' as customer_id, 'soon' as timestamp, 'api_call' as event_type`,
  );
  bench.write('lake/usage_events/3.parquet', 'PAR1 is not all');
  bench.write('lake/usage_events/4.parquet', '');
  const report = await load();
  expect(renderCounts(report)).toBe('7 5 0 0 2');
  expect(
    report.samples.map(({ file, line, column, rule }) => [path.basename(file), line, column, rule]),
  ).toEqual([
    ['1.parquet', 2, 'event_id', 'key_null'],
    ['2.parquet', 1, 'timestamp', 'type'],
    ['3.parquet', 1, null, 'unreadable'],
    ['4.parquet', 1, null, 'unreadable'],
  ]);
  const [kept] = await bench.engine.query(
    'select file, line from loads.raw_rejects order by line desc limit 1',
  );
  expect(kept).toEqual({ file: path.join(bench.folder, 'lake', 'usage_events', '1.parquet'), line: 2 });
  // What could not be read is tried again; what was taken in is not.
  expect((await load()).files.map(({ file }) => path.basename(file))).toEqual(['3.parquet', '4.parquet']);
});

test('files that were loaded are left out until they change, are taken back, or are mapped otherwise', async () => {
  for (const name of ['a', 'b', 'c'])
    await writeParquet(`features/${name}.parquet`, `select '${name}' as feature_id, 'one' as name`);
  expect(renderCounts(await load())).toBe('3 3 0 0 0');
  const again = await load();
  expect(renderCounts(again)).toBe('0 0 0 0 0');
  expect(again.notes).toEqual([
    expect.stringMatching(/lake: 3 files were loaded before and did not change; left out \(--full-refresh/),
  ]);
  expect(renderCounts(await load({ isFullRefresh: true }))).toBe('3 0 0 3 0');
  const changed = await writeParquet(
    'features/b.parquet',
    `select 'b' as feature_id, 'another name' as name`,
  );
  await writeParquet('features/d.parquet', `select 'd' as feature_id, 'one' as name`);
  expect((await load({ isDryRun: true })).read).toBe(2);
  expect(renderCounts(await load())).toBe('2 1 1 0 0');
  fs.utimesSync(changed, 1_800_000_000, 1_800_000_000);
  expect(renderCounts(await load())).toBe('1 0 0 1 0');
  // The first batch brought a and c; with it go the notes of all that came after for the same table.
  await runUndo(bench.engine, '1', CLOCK);
  expect(renderCounts(await load())).toBe('4 2 0 2 0');
  const mapFile = bench.write(
    'map.yml',
    'files: [{file: "*.parquet", table: features, columns: {category: {constant: core}}}]',
  );
  expect(renderCounts(await load({ mapFile }))).toBe('4 0 4 0 0');
  // A file that is given itself is always read.
  expect((await bench.load(changed, { mapFile })).read).toBe(1);
});

test('tables whose files may be out of date are refused', async () => {
  await writeParquet('features/0.parquet', `select 'a' as feature_id`);
  bench.write('lake/features/_delta_log/00000.json', '{}');
  await expect(load()).rejects.toMatchObject({
    code: 'LOAD_FOLDER_UNSUPPORTED',
    message: expect.stringContaining('lake/features is a table of Delta Lake'),
  });
  fs.rmSync(path.join(bench.folder, 'lake', 'features', '_delta_log'), { recursive: true });
  bench.write('lake/features/metadata/v1.metadata.json', '{}');
  await expect(load()).rejects.toMatchObject({ message: expect.stringContaining('Iceberg') });
});
