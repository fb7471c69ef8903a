import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listBatches, runUndo } from '../../src/load/index.ts';
import { CLOCK, openWorkbench, renderCounts, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

const HEADER = 'feature_id,name\n';

async function listFeatures(): Promise<string> {
  const rows = await bench.engine.query('select feature_id, name, _batch_id from raw.features order by 1');
  return rows.map((row) => `${row['feature_id']}=${row['name']}@${row['_batch_id']}`).join(' ');
}

async function load(...rows: readonly string[]) {
  return bench.load(bench.write('features.csv', `${HEADER}${rows.join('\n')}\n`));
}

test('a corrected row replaces the old version, and undo brings it back', async () => {
  expect(renderCounts(await load('a,one', 'b,one', 'b,one'))).toBe('3 2 0 1 0');
  expect(renderCounts(await load('a,two', 'b,one', 'c,two'))).toBe('3 1 1 1 0');
  expect(await listFeatures()).toBe('a=two@2 b=one@1 c=two@2');
  expect(await runUndo(bench.engine, '2', CLOCK)).toEqual({ batchId: '2', removed: 2, restored: 1 });
  expect(await listFeatures()).toBe('a=one@1 b=one@1');
  expect((await listBatches(bench.engine)).map((batch) => `${batch.batchId} ${batch.status}`)).toEqual([
    '2 undone',
    '1 loaded',
  ]);
  await expect(runUndo(bench.engine, '2', CLOCK)).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' });
});

test('undo out of order leaves the later versions, and what they replaced moves up', async () => {
  await load('a,one', 'b,one');
  await load('a,two', 'c,two');
  await load('a,three', 'c,three');
  await runUndo(bench.engine, '2', CLOCK);
  expect(await listFeatures()).toBe('a=three@3 b=one@1 c=three@3');
  await runUndo(bench.engine, '3', CLOCK);
  expect(await listFeatures()).toBe('a=one@1 b=one@1');
  await runUndo(bench.engine, '1', CLOCK);
  expect(await listFeatures()).toBe('');
  const left = await bench.engine.query('select count(*) as n from raw_history.features');
  expect(left).toEqual([{ n: 0 }]);
});

test('a dry run reports everything and writes nothing', async () => {
  await load('a,one');
  const file = bench.write('features.csv', `${HEADER}a,two\nb,one\n,x\n`);
  const report = await bench.load(file, { isDryRun: true });
  expect(report.status).toBe('dry_run');
  expect(renderCounts(report)).toBe('3 1 1 0 1');
  expect(await listFeatures()).toBe('a=one@1');
  expect(await listBatches(bench.engine)).toHaveLength(1);
});

test('a folder is one batch: names, suffixes, parts and schemas', async () => {
  bench.write('in/features-2026-01.csv', `${HEADER}a,one\n`);
  bench.write('in/features/part-0.csv', `${HEADER}b,one\na,other\n`);
  bench.write('in/deep/marketing/ad_creatives.csv', 'creative_id,campaign_id\nx,y\n');
  bench.write('in/marketing.ad_creatives_more.csv', 'creative_id,campaign_id,creative_type\nz,y,Photo\n');
  const report = await bench.load(path.join(bench.folder, 'in'));
  expect(report.files.map((file) => `${file.table} ${file.inserted} ${file.rejected}`)).toEqual([
    'marketing.ad_creatives 1 0',
    'raw.features 2 0',
    'raw.features 0 1',
    'marketing.ad_creatives 1 0',
  ]);
  expect(await listFeatures()).toBe('a=other@1 b=one@1');
  expect(report.samples).toMatchObject([{ line: 2, rule: 'key_repeated', column: 'feature_id', value: 'a' }]);
  const phases: string[] = [];
  await bench.load(path.join(bench.folder, 'in'), { onProgress: (step) => phases.push(step.phase) });
  expect(new Set(phases)).toEqual(new Set(['read', 'check', 'compare', 'write']));
});

test('defaults: the day of the load, quantity 1; orphans load', async () => {
  await bench.load(bench.write('risk_signals.csv', 'customer_id,vendor_risk_flags\nnobody,3\n'));
  expect(await bench.engine.query('select as_of_date::varchar as day from raw.risk_signals')).toEqual([
    { day: '2026-03-14' },
  ]);
});

test('paths, tables and mappings that are wrong say so', async () => {
  const file = bench.write('x.csv', `${HEADER}a,one\n`);
  await expect(bench.load('nowhere.csv')).rejects.toMatchObject({ code: 'LOAD_PATH_MISSING' });
  await expect(bench.load(bench.write('a.md', ''))).rejects.toMatchObject({ code: 'LOAD_NOTHING_FOUND' });
  await expect(bench.load(file, { table: 'sonnets' })).rejects.toMatchObject({ code: 'LOAD_TABLE_UNKNOWN' });
  expect(renderCounts(await bench.load(file, { table: 'features' }))).toBe('1 1 0 0 0');
  const map = (text: string) => bench.load(file, { mapFile: bench.write('map.yml', text) });
  const wrong = [
    'files: [',
    'files: []',
    'files: [{file: x.csv, table: sonnets}]',
    'files: [{file: x.csv, table: features, columns: {colour: a}}]',
    'files: [{file: x.csv, table: features, columns: {name: {sql: drop}}}]',
  ];
  for (const text of wrong) await expect(map(text)).rejects.toMatchObject({ code: 'LOAD_MAPPING_INVALID' });
  const report = await map('files: [{file: x.csv, table: features, columns: {name: title}}]');
  expect(report.samples).toMatchObject([{ line: 1, rule: 'header' }]);
  expect(report.samples[0]?.reason).toContain('title');
});

test('a mapping renames, prefixes, translates and reads dates', async () => {
  const file = bench.write(
    'crm/people 1.csv',
    'Id;Firma;Angelegt;Art\n7;12;31.12.2025;A\n8;12;soon;B\n9;12;01.02.2026;C\n',
  );
  const mapFile = bench.write(
    'map.yml',
    `files:
  - file: crm/people*.csv
    table: raw.users
    columns:
      user_id: { column: id, prefix: 'crm-' }
      customer_id: firma
      created_at: { column: Angelegt, format: '%d.%m.%Y' }
      role: { column: art, values: { A: admin, B: member } }
      activated_at: null
`,
  );
  const report = await bench.load(file, { mapFile });
  expect(report.samples).toMatchObject([{ line: 3, rule: 'type', column: 'created_at', value: 'soon' }]);
  expect(
    await bench.engine.query('select user_id, customer_id, created_at, role from raw.users order by 1'),
  ).toEqual([
    { user_id: 'crm-7', customer_id: '12', created_at: '2025-12-31T00:00:00.000Z', role: 'admin' },
    { user_id: 'crm-9', customer_id: '12', created_at: '2026-02-01T00:00:00.000Z', role: 'c' },
  ]);
});

test('random batches end where a simple model ends, and undoing all ends at nothing', async () => {
  const row = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', ''), fc.constantFrom('x', 'y', 'z'));
  const scenario = fc.tuple(
    fc.array(fc.array(row, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    fc.infiniteStream(fc.nat()),
  );
  await fc.assert(
    fc.asyncProperty(scenario, async ([batches, choices]) => {
      const own = await openWorkbench();
      try {
        // The model: for each key its versions, oldest first, and who brought them.
        const versions = new Map<string, { value: string; batch: string }[]>();
        for (const [index, rows] of batches.entries()) {
          const batch = String(index + 1);
          const counts = { inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
          const seen = new Map<string, string>();
          for (const [key, value] of rows) {
            const stack = versions.get(key) ?? [];
            if (key === '') counts.rejected += 1;
            else if (seen.has(key)) counts[seen.get(key) === value ? 'unchanged' : 'rejected'] += 1;
            else if (stack.at(-1)?.value === value) counts.unchanged += 1;
            else {
              counts[stack.length === 0 ? 'inserted' : 'updated'] += 1;
              versions.set(key, [...stack, { value, batch }]);
            }
            if (key !== '' && !seen.has(key)) seen.set(key, value);
          }
          const file = own.write(
            'features.csv',
            `${HEADER}${rows.map((pair) => `${pair.join(',')}\n`).join('')}`,
          );
          expect(await own.load(file)).toMatchObject({ ...counts, read: rows.length });
        }
        const fetchState = async () => {
          const rows = await own.engine.query('select feature_id, name from raw.features order by 1');
          return rows.map((entry) => `${entry['feature_id']}${entry['name']}`);
        };
        const listModel = () =>
          [...versions]
            .flatMap(([key, stack]) => (stack.length > 0 ? [`${key}${stack.at(-1)?.value}`] : []))
            .sort();
        expect(await fetchState()).toEqual(listModel());
        const open = batches.map((_, index) => String(index + 1));
        while (open.length > 0) {
          const [batch = ''] = open.splice((choices.next().value ?? 0) % open.length, 1);
          for (const [key, stack] of versions)
            versions.set(
              key,
              stack.filter((version) => version.batch !== batch),
            );
          await runUndo(own.engine, batch, CLOCK);
          expect(await fetchState()).toEqual(listModel());
        }
        expect(await fetchState()).toEqual([]);
      } finally {
        await own.close();
      }
    }),
    { numRuns: 12 },
  );
});

test('the load leaves no files of its own', async () => {
  await load('a,one');
  await load('a,"one');
  expect(fs.readdirSync(bench.folder).filter((name) => name.startsWith('load.duckdb'))).toEqual([]);
});
