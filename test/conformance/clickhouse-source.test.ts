import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/index.ts';
import { type LoadReport, runLoad, runSourceLoad, type SourceLoadRequest } from '../../src/load/index.ts';
import { CLOCK, openWorkbench, renderCounts, type Workbench } from '../load/workbench.ts';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';

describe.skipIf(!hasChdb)(`ClickHouse as a source (${CHDB_MISSING})`, () => {
  let server: Engine;
  let bench: Workbench;
  let batch = 0;
  beforeAll(async () => {
    server = await openChdb();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    bench = await openWorkbench();
    await server.execute('drop database if exists shop');
    await server.execute('create database shop');
  });
  afterEach(() => bench.close());

  function load(tables: string, options: Partial<SourceLoadRequest> = {}): Promise<LoadReport> {
    batch += 1;
    const lines = tables.trim().replace(/^/gm, '      ');
    return runSourceLoad(bench.engine, {
      sourcesFile: bench.write(
        'sources.yml',
        `sources:\n  shop:\n    kind: clickhouse\n    url_env: SHOP_URL\n    tables:\n${lines}\n`,
      ),
      environment: {},
      open: async () => ({ engine: await server.connect(), url: 'http://shop', role: 'reader' }),
      scratchPath: path.join(bench.folder, 'load.duckdb'),
      clock: CLOCK,
      batchId: String(batch),
      load: (request) => runLoad(bench.engine, request),
      ...options,
    });
  }

  it('values arrive as they are', async () => {
    await server.execute(
      `create table shop.odd (id UUID, name Nullable(String), tags Array(String) not null, tone Enum8('warm' = 1, 'cold' = 2), day Date,
         at DateTime64(6, 'Europe/Berlin'), ended Nullable(DateTime('UTC')), small LowCardinality(String) not null, amount Nullable(Decimal(18, 4)))
       engine = MergeTree order by tuple()`,
    );
    await server.execute(
      `insert into shop.odd values
         ('00000000-0000-0000-0000-000000000001', 'a "b", é🎉\n', ['x', 'y z'], 'warm', '2026-03-01', '2026-03-01 10:00:00.123456', '2026-07-01 10:00:00', 'l', 12.5),
         ('00000000-0000-0000-0000-000000000002', null, [], 'cold', '1970-01-02', '1970-01-01 01:00:00', null, '', null)`,
    );
    const report = await load(`
- from: shop.odd
  table: raw.team_members
  columns: { member_id: id, name: name, email: tags, team: tone, active_from: day, slack_id: amount, timezone: small, role: null }
- from: shop.odd
  name: moments
  table: raw.features
  columns: { feature_id: id, released_at: at, retired_at: ended, name: null }`);
    expect(renderCounts(report)).toBe('4 4 0 0 0');
    expect(report.files).toMatchObject([
      { file: 'shop/shop.odd', format: 'clickhouse' },
      { file: 'shop/moments' },
    ]);
    expect(
      await bench.engine.query(
        'select name, email, team, active_from, slack_id, timezone from raw.team_members order by member_id',
      ),
    ).toEqual([
      {
        name: 'a "b", é🎉\n',
        email: '["x","y z"]',
        team: 'warm',
        active_from: '2026-03-01',
        slack_id: '12.5',
        timezone: 'l',
      },
      { name: null, email: '[]', team: 'cold', active_from: '1970-01-02', slack_id: null, timezone: null },
    ]);
    expect(
      await bench.engine.query('select released_at, retired_at from raw.features order by feature_id'),
    ).toEqual([
      { released_at: '2026-03-01T09:00:00.123456Z', retired_at: '2026-07-01T10:00:00.000Z' },
      { released_at: '1970-01-01T00:00:00.000Z', retired_at: null },
    ]);
  });

  it.each([
    ['DateTime', `toDateTime('2026-03-01 00:00:00', 'UTC') + toIntervalHour(%)`, '2 hours'],
    ['DateTime64(3)', `toDateTime64('2026-03-01 00:00:00', 3, 'UTC') + toIntervalHour(%)`, '2 hours'],
    ['Date', `toDate('2026-03-01') + toIntervalDay(%)`, '2 days'],
    ['UInt64', '%', '2'],
  ])('by a cursor of %s, with a lag', async (type, value, lag) => {
    await server.execute(
      `create table shop.features (id Int32, name String, c ${type}) engine = MergeTree order by tuple()`,
    );
    const insert = (ids: readonly number[], name: string, behind = 0) =>
      server.execute(
        `insert into shop.features select id, '${name}', ${value.replace('%', `id - ${behind}`)}
         from (select arrayJoin([${ids.join(', ')}]) as id)`,
      );
    const entry = `
- query: select id, argMax(name, c) as name, max(f.c) as c from shop.features as f group by id
  name: features
  table: raw.features
  mode: incremental
  cursor: c
  lag: ${lag}
  columns: { feature_id: id }`;
    await insert([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'one');
    expect(renderCounts(await load(entry))).toBe('10 10 0 0 0');
    // 7, 8 and 9 are read again; 10 is new, and 11 comes late by one.
    await insert([10], 'two');
    expect(renderCounts(await load(entry))).toBe('4 1 0 3 0');
    await insert([11], 'two', 2);
    await insert([9], 'three');
    expect((await load(entry)).inserted).toBe(1);
    expect(
      renderCounts(await load(entry, { isFullRefresh: true }))
        .split(' ')
        .slice(0, 2),
    ).toEqual(['12', '0']);
  });

  it('says what is wrong', async () => {
    await server.execute(
      'create table shop.features (id Int32, name String) engine = MergeTree order by tuple()',
    );
    const entry = '{from: shop.features, table: raw.features, columns: {feature_id: id}, mode: incremental';
    await expect(load(`- ${entry}}`)).rejects.toMatchObject({
      message: expect.stringContaining('no transactions to tell changed rows by'),
    });
    await expect(load(`- ${entry}, cursor: id}`)).rejects.toMatchObject({
      fix: expect.stringContaining('lag: 1 hour'),
    });
    await expect(load(`- ${entry}, cursor: name, lag: 1 hour}`)).rejects.toMatchObject({
      message: expect.stringContaining('String) will not do'),
    });
    await expect(
      load('- {from: shop.nothing, table: raw.features, columns: {feature_id: id}}'),
    ).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: expect.stringContaining('shop has no such table or view'),
    });
  });
});
