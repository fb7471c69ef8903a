import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import type { NodeConfig } from '../../src/runner/manifest.ts';
import { runNodes } from '../../src/runner/run-nodes.ts';
import type { NodeResult } from '../../src/runner/run-types.ts';
import { inferSeedType } from '../../src/runner/seed-types.ts';
import { buildTestCompiler, listAll } from './run-project.ts';

let engine: DuckdbEngine;
let folder: string;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  fs.mkdirSync(path.join(folder, 'seeds'));
});

afterEach(async () => {
  await engine.close();
  fs.rmSync(folder, { recursive: true });
});

async function load(csv: string | Buffer, config: Partial<NodeConfig> = {}): Promise<NodeResult> {
  fs.writeFileSync(path.join(folder, 'seeds/regions.csv'), csv);
  const compiler = buildTestCompiler({ nodes: { regions: { type: 'seed', config, rootPath: folder } } });
  const clock = buildFixedClock('2026-01-02T03:04:05Z');
  const summary = await runNodes({ compiler, engine, selection: listAll(compiler), clock, kinds: 'seed' });
  return summary.results[0] as NodeResult;
}

async function read(): Promise<readonly unknown[]> {
  return (await engine.query('select * from main_shop.regions')).map((row) => Object.values(row));
}

async function readTypes(): Promise<readonly string[]> {
  return (await engine.listColumns('main_shop', 'regions')).map((column) => column.type);
}

describe('inferSeedType', () => {
  it.each([
    [['1', '-2', null, 'null'], 'int'],
    [['1', '3000000000'], 'bigint'],
    [['007', '1'], 'int'],
    [['1', '2.50'], 'float'],
    [['1e3'], 'float'],
    [['$5', '1,000'], 'string'],
    [['2024-01-31', '2024-2-1'], 'date'],
    [['2024-02-30'], 'string'],
    [['2024-01-31 10:00:00', ''], 'timestamp'],
    [['2024-01-31T10:00:00Z', '2024-01-31T10:00:00.5+02:00'], 'timestamp'],
    [['2024-01-31', '2024-01-31 10:00:00'], 'string'],
    [['2024-01-31 25:00:00'], 'string'],
    [['true', 'False'], 'boolean'],
    [['true', 'yes'], 'string'],
    [[null, null], 'int'],
    [[], 'int'],
  ] as const)('%j is %s', (cells, type) => {
    expect(inferSeedType([...cells]).type).toBe(type);
  });

  it('writes values in one form', () => {
    expect(inferSeedType(['2024-2-1']).render('2024-2-1')).toBe('2024-02-01');
    expect(inferSeedType(['2024-01-31T10:00:00.25+02']).render('2024-01-31T10:00:00.25+02')).toBe(
      '2024-01-31 08:00:00.25',
    );
    expect(inferSeedType(['2024-01-31 1:02:03']).render('2024-01-31 1:02:03')).toBe('2024-01-31 01:02:03');
    expect(inferSeedType(['NULL', 'x']).render('NULL')).toBe('NULL');
    expect(inferSeedType(['NULL', '1']).render('NULL')).toBeNull();
  });
});

describe('seeds', () => {
  it('loads every type, quotes, line breaks, and NULL for nothing', async () => {
    const result = await load(
      '\uFEFFid,big,rate,day,at,is_open,name\n' +
        '1,3000000000,0.5,2024-01-31,2024-01-31T10:00:00+02:00,true,"O\'Hara, ""x"""\n' +
        '\n' +
        '2,,,,,,"two\nlines"\n',
    );
    expect(result).toMatchObject({ status: 'success', rows: 2, message: 'loaded 2 rows' });
    expect(await readTypes()).toEqual([
      'INTEGER',
      'BIGINT',
      'DOUBLE',
      'DATE',
      'TIMESTAMP',
      'BOOLEAN',
      'VARCHAR',
    ]);
    expect(await read()).toEqual([
      [1, 3_000_000_000, 0.5, '2024-01-31', '2024-01-31T08:00:00.000Z', true, 'O\'Hara, "x"'],
      [2, null, null, null, null, null, 'two\nlines'],
    ]);
  });

  it('takes column_types, a delimiter, and replaces what stood there', async () => {
    await load('a\n1\n');
    const result = await load('zip;Price\n007;1.50\n', {
      delimiter: ';',
      column_types: { ZIP: 'varchar', price: 'decimal(10, 2)' },
    });
    expect(result.status).toBe('success');
    expect(await read()).toEqual([['007', '1.50']]);
    expect(await readTypes()).toEqual(['VARCHAR', 'DECIMAL(10,2)']);
  });

  it('loads many rows and a file of nothing but a header', async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => `${index},name ${index}`);
    expect((await load(`id,name\n${rows.join('\n')}\n`)).rows).toBe(12_000);
    expect((await load('id,name\n')).rows).toBe(0);
    expect(await read()).toEqual([]);
  });

  it.each([
    ['a,b\n1,2\n3\n', {}, /regions\.csv:3: the row has 1 values, the header names 2 columns/],
    ['a,b\n"x\ny",2\n1,2,3\n', {}, /regions\.csv:4: the row has 3 values/],
    ['a,b\n1,"2\n', {}, /regions\.csv:2: .*[Qq]uote/],
    ['a,A\n1,2\n', {}, /regions\.csv:1: the column A stands twice/],
    ['a,\n1,2\n', {}, /regions\.csv:1: a column has no name/],
    ['', {}, /regions\.csv:1: there is no header/],
    ['a\n1\n', { column_types: { b: 'text' } }, /regions\.csv:1: column_types names b/],
    ['a\n1\n2\nx\n4\n', { column_types: { a: 'integer' } }, /regions\.csv:4: .*'x'.*INT32/],
  ])('refuses %j', async (csv, config, message) => {
    await load('keep\n1\n');
    const result = await load(csv, config);
    expect(result.status).toBe('error');
    expect(result.file).toBe('seeds/regions.csv');
    expect(result.message).toMatch(message);
    expect(await read()).toEqual([[1]]);
    expect(await engine.listRelations()).toHaveLength(1);
  });

  it('names the line that is not UTF-8', async () => {
    const result = await load(Buffer.from([...Buffer.from('a\nb\n'), 0xff, 0x0a]));
    expect(result.message).toMatch(/regions\.csv:3: the text is not UTF-8/);
  });
});
