import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { buildFixedClock, quoteRelation } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { clickhouseDialect } from '../../src/engines/clickhouse/clickhouse-dialect.ts';
import { spreadStatement } from '../../src/engines/clickhouse/cluster-statements.ts';
import { bindStatements } from '../../src/engines/clickhouse/statements.ts';
import { renderTableDdl } from '../../src/load/index.ts';
import { openCompiler } from '../../src/runner/index.ts';
import { buildStorage } from '../../src/runner/node-storage.ts';

const CLUSTER = { name: 'main' };
/** What `describe` says of every query here. */
const DESCRIBED = [
  { name: 'customer_id', type: 'Nullable(String)' },
  { name: 'day', type: 'Date32' },
  { name: 'tags', type: 'Array(String)' },
];
const MODELS = ['metrics_customer_success', 'int_user_days', 'customer_lifetime_value'];
const TABLES = ['customers', 'usage_events', 'team_members', 'campaigns_daily'];

/** Statements of each kind that Tenure makes, as it writes them for ClickHouse. */
const WRITTEN = [
  clickhouseDialect.createSchema('"marts"'),
  'drop database if exists "tenure_3_marts" sync',
  'create table if not exists loads.batches (batch_id varchar, started_at timestamptz, rows_read bigint)',
  'create table marts.days__tenure_new as (select customer_id, day from marts.days as one)',
  'create table "tenure_4_marts"."days" clone as "tenure_3_marts"."days"',
  'create table "tenure_4_marts"."days" as "tenure_3_marts"."days"',
  'create or replace view "marts"."days" as select * from "tenure_4_marts"."days"',
  'drop view if exists "marts"."days"',
  'drop table if exists marts.days__tenure_new',
  'truncate table "raw"."users"',
  `delete from "raw"."users" where ("user_id") in (select "user_id" from "raw_history"."users" where "_replaced_by" = $1)`,
  'alter table "intermediate"."int_user_days" update next_day = null where next_day > $1',
  'alter table "raw"."users" add column "team" varchar',
  clickhouseDialect.renderComments({
    kind: 'table',
    relation: '"marts"."days"',
    text: `'One row per day.'`,
    columns: [{ name: '"day"', text: `'The day.'` }],
  }),
  'rename table marts.days to marts.days_before',
  'create temporary table "tenure_incoming_keys" ("user_id" varchar)',
  'drop table "tenure_incoming_keys"',
  'insert into "raw"."users" ("user_id") select user_id from "raw_history"."users"',
  'select count(*) as n from "raw"."users"',
];

function listModelTables(): readonly string[] {
  const { manifest } = openCompiler({
    roots: [path.join(PACKAGE_ROOT, 'dbt')],
    target: { name: 'cluster', schema: 'main', type: 'clickhouse', database: null },
    dialect: clickhouseDialect,
    vars: { as_of: '2026-03-14' },
    environment: {},
    clock: buildFixedClock('2026-03-14T00:00:00Z'),
    invocationId: 'cluster',
  });
  return MODELS.map((name) => {
    const node = Object.values(manifest.nodes).find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no model ${name}`);
    const relation = quoteRelation(node.schema, node.alias);
    const query = '(select customer_id, day, tags from staging.stg_users)';
    return clickhouseDialect.renderTable({ relation, storage: buildStorage(node), columns: null, query });
  });
}

/** Every kind of statement with what it is on a cluster, the tables of some models and of the contract among them. */
export async function spreadStatements(): Promise<readonly { written: string; spread: readonly string[] }[]> {
  const raw = listTables().filter(({ name }) => TABLES.includes(name));
  const written = [
    ...WRITTEN,
    ...listModelTables(),
    ...raw.map((table) => renderTableDdl(table, clickhouseDialect)),
  ];
  return Promise.all(
    written.map(async (sql) => {
      const [bound] = bindStatements(sql, ['2026-03-14']);
      const describe = async () => DESCRIBED;
      return {
        written: sql,
        spread: await spreadStatement(bound?.sql ?? '', { cluster: CLUSTER, describe }),
      };
    }),
  );
}
