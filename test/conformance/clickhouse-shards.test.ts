import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { quoteIdentifier, quoteLiteral, quoteRelation } from '../../src/base/index.ts';
import {
  type ColumnInfo,
  type Engine,
  openClickhouse,
  openDuckdb,
  type Row,
} from '../../src/engines/index.ts';
import { isSummable, type Metric, readCatalogue, renderMeasure } from '../../src/metrics/index.ts';
import { copyDemo } from '../shared/workspaces.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { type ClickhouseServer, startClickhouse } from './clickhouse-server.ts';

const SCHEMAS = ['marts', 'entity', 'staging', 'seeds'];
const { metrics, domains } = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));
const SUMMABLE = metrics.filter(isSummable);
/** Nothing is put between a statement and its functions: `sum` of no value is NULL by its own name here. */
const PLAIN = 'settings aggregate_functions_null_for_empty = 0';

/** Tables of events and their like, for exact distinct counts and medians. */
const STAGING = ['stg_users', 'stg_support_tickets', 'stg_customer_contracts', 'stg_survey_responses'];

/** A table, and the column whose values say which shard a row lies on; null for one that every shard has whole. */
interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  readonly key: string | null;
}

function findKey(name: string, columns: readonly ColumnInfo[]): string | null {
  if (columns.some((column) => column.name === 'customer_id')) return 'customer_id';
  return domains.find(({ table }) => table === name)?.entity_id ?? null;
}

describe.skipIf(!hasChdb)(`two shards of ClickHouse over HTTP (${CHDB_MISSING})`, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const servers: ClickhouseServer[] = [];
  const tables: Table[] = [];
  /** The node that has every row, and asks the shards; the two shards. */
  let [whole, ...shards]: Engine[] = [];

  beforeAll(async () => {
    await copyDemo(folder);
    servers.push(...(await Promise.all([startClickhouse(), startClickhouse(), startClickhouse()])));
    [whole, ...shards] = await Promise.all(servers.map(({ url }) => openClickhouse({ url })));
    const duckdb = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
    const relations = (await duckdb.listRelations()).filter(({ schema }) => SCHEMAS.includes(schema));
    for (const schema of SCHEMAS)
      for (const engine of [whole, ...shards])
        await engine?.execute(engine.dialect.createSchema(quoteIdentifier(schema)));
    for (const { schema, name } of relations) {
      const file = { path: path.join(folder, `${schema}.${name}.parquet`), format: 'parquet' as const };
      await duckdb.writeFile(`select * from ${quoteRelation(schema, name)}`, file);
      const key = findKey(name, await duckdb.listColumns(schema, name));
      const relation = quoteRelation(schema, name);
      const create = (where: string) =>
        `create table ${relation} engine = MergeTree order by tuple() as
         select * from file(${quoteLiteral(file.path)}, Parquet) ${where}`;
      await whole?.execute(create(''));
      await Promise.all(
        shards.map((shard, index) =>
          shard.execute(create(key === null ? '' : `where cityHash64(ifNull(${key}, '')) % 2 = ${index}`)),
        ),
      );
      tables.push({ schema, name, key, columns: (await whole?.listColumns(schema, name)) ?? [] });
    }
    await duckdb.close();
  });

  afterAll(async () => {
    await Promise.all([whole, ...shards].map((engine) => engine?.close()));
    await Promise.all(servers.map((server) => server.stop()));
    fs.rmSync(folder, { recursive: true });
  });

  /** The rows both shards give to a query, as a relation of the node that asks them. */
  function renderUnion(sql: string): string {
    const parts = servers.slice(1).map(({ url }) => {
      const words = new URLSearchParams({
        query: `${sql} ${PLAIN}`,
        default_format: 'Native',
        cast_keep_nullable: '1',
      });
      return `select * from url(${quoteLiteral(`${url}/?${words}`)}, Native)`;
    });
    return `(${parts.join(' union all ')})`;
  }

  /** Rows that one of two queries gives more often than the other. */
  async function fetchDifferent(sql: string, other: string): Promise<readonly Row[]> {
    const both = `select *, 1 as side from (${sql}) union all select *, -1 as side from (${other})`;
    const query = `select * except (side), sum(side) as more from (${both}) group by all having sum(side) <> 0 limit 3`;
    return (await whole?.query(query)) ?? [];
  }

  it('have different rows of the company, and all of them', async () => {
    const split = tables.filter(({ key }) => key !== null);
    expect(split.length).toBeGreaterThan(25);
    const counts = await Promise.all(
      shards.map((shard) => shard.query('select count(*) as n from staging.stg_customers')),
    );
    const [one, other] = counts.map(([row]) => Number(row?.['n']));
    expect([one, other].every((n) => Number(n) > 50)).toBe(true);
    expect(Number(one) + Number(other)).toBe(150);
    const rows = 'select arrayJoin([1, 2, 2]) as a, null as b';
    expect(await fetchDifferent(rows, `select distinct * from (${rows})`)).toEqual([
      { a: 2, b: null, more: 1 },
    ]);
  });

  it('give every mart row by row', async () => {
    for (const { schema, name, key } of tables) {
      if (schema === 'staging') continue;
      const relation = quoteRelation(schema, name);
      const sql = `select * from ${relation}`;
      const spread = key === null ? sql : `select * from ${renderUnion(sql)}`;
      expect(await fetchDifferent(spread, sql), relation).toEqual([]);
    }
  });

  it('give every summable metric from sums and counts of their own, by day and by dimension', async () => {
    expect(SUMMABLE.length).toBeGreaterThan(80);
    for (const domain of domains) {
      const { schema = '' } = tables.find(({ name }) => name === domain.table) ?? {};
      const relation = quoteRelation(schema, domain.table);
      const [dimension] = Object.entries(domain.dimensions).map(([name, { column }]) => column ?? name);
      const groups = ['metric_date', ...(dimension === undefined ? [] : [dimension])].join(', ');
      const own = SUMMABLE.filter((metric) => metric.domain === domain);
      const columns = new Set<string>();
      const merged = own.map((metric) => renderParts(metric, columns, (call) => call));
      const states = [...columns].flatMap((column) => [
        `sumOrNullState(cast(${column} as Decimal(28, 9))) as sum_${column}`,
        `countState(${column}) as count_${column}`,
      ]);
      const parts = renderUnion(`select ${groups}, ${states.join(', ')} from ${relation} group by ${groups}`);
      const alone = own.map((metric) =>
        renderParts(metric, new Set(), (_, column, kind) =>
          kind === 'sum' ? `sumOrNull(cast(${column} as Decimal(28, 9)))` : `count(${column})`,
        ),
      );
      const apart = `select ${groups}, ${merged.join(', ')} from ${parts} group by ${groups}`;
      const together = `select ${groups}, ${alone.join(', ')} from ${relation} group by ${groups}`;
      expect(await fetchDifferent(`${apart} ${PLAIN}`, `${together} ${PLAIN}`), domain.domain).toEqual([]);
      const [row] = (await whole?.query(`select count(*) as n from (${apart} ${PLAIN})`)) ?? [];
      expect(Number(row?.['n'])).toBeGreaterThan(30);
    }
  });

  it('give counts, exact distinct counts, means and medians of every column', async () => {
    let figures = 0;
    for (const { schema, name, key, columns } of tables) {
      if (key === null || (schema === 'staging' && !STAGING.includes(name))) continue;
      const calls = columns.flatMap(({ name: column, type }, index) => {
        const value = quoteIdentifier(column);
        const isNumber = /Int|Float|Decimal/.test(type);
        const always = ['count', 'uniqExact'].map((call) => [call, value] as const);
        const exact = `cast(${value} as Decimal(38, 9))`;
        const numeric = [
          ['sumOrNull', exact],
          ['avgOrNull', exact],
          ['quantileExactOrNull(0.5)', `cast(${value} as Float64)`],
        ] as const;
        return [...always, ...(isNumber ? numeric : [])].map(([call, from], at) => {
          const [, word = '', parameter = ''] = /^(\w+)(.*)$/.exec(call) ?? [];
          const name = `c${index}_${at}`;
          return {
            state: `${word}State${parameter}(${from}) as ${name}`,
            // A count that the engine writes has a sign.
            merge: `${word === 'count' ? 'toInt64' : ''}(${word}Merge${parameter}(${name})) as ${name}`,
            alone: `${call}(${from}) as ${name}`,
          };
        });
      });
      const relation = quoteRelation(schema, name);
      const parts = renderUnion(`select ${calls.map(({ state }) => state).join(', ')} from ${relation}`);
      const apart = `select ${calls.map(({ merge }) => merge).join(', ')} from ${parts}`;
      const together = `select ${calls.map(({ alone }) => alone).join(', ')} from ${relation}`;
      expect(await fetchDifferent(`${apart} ${PLAIN}`, `${together} ${PLAIN}`), relation).toEqual([]);
      figures += calls.length;
    }
    expect(figures).toBeGreaterThan(700);
  });
});

type RenderPart = (merged: string, column: string, kind: 'sum' | 'count') => string;

/** A metric from parts that shards added up, under the names of the columns; notes which columns those are. */
function renderParts(metric: Metric, columns: Set<string>, render: RenderPart): string {
  const part = (kind: 'sum' | 'count') => (column: string) => {
    columns.add(column);
    const call = `${kind === 'sum' ? 'sumOrNull' : 'count'}Merge(${kind}_${column})`;
    const value = render(call, column, kind);
    return kind === 'sum' ? `cast(${value} as double precision)` : value;
  };
  const measure = renderMeasure(metric, { sum: part('sum'), count: part('count') });
  const { least } = metric;
  const value =
    least === undefined
      ? measure
      : `case when ${part('sum')(least.column)} >= ${least.several} then ${measure} end`;
  return `${value} as ${quoteIdentifier(metric.name)}`;
}
