import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import { type ContractTable, listTables } from '../contract/index.ts';
import type { DuckdbEngine, Engine } from '../engines/index.ts';
import { LOAD_COLUMNS } from './ddl-store.ts';
import { historyOf, quoteList, relationOf } from './names-store.ts';

/** Bookkeeping that is taken over whole. */
const RECORDS = ['store', 'batches', 'files', 'raw_rejects'];

/** What raw tables are known by. */
const KNOWN_BY = ['store', 'batches'] as const;

/** Rows of customers that came or were replaced since the last build, and the earliest day any of them bears. */
export const CHANGED_DAYS = quoteRelation('loads', 'changed_days');

/** Everything said of a customer depends on these, whatever day their rows bear. */
const TIMELESS = ['raw.customers', 'raw.subscription_periods', 'raw.features', 'raw.team_members'];

/** A table whose rows name their customer through another table. */
const THROUGH: Readonly<Record<string, { readonly table: string; readonly key: string }>> = {
  'raw.device_days': { table: 'devices', key: 'device_id' },
  'raw.opportunity_stage_history': { table: 'gtm_opportunities', key: 'opp_id' },
};

/** Where raw tables are: in an attached database of this name, or in the engine's own. */
type Place = string | null;

function within(database: Place, relation: string): string {
  return database === null ? relation : `${quoteIdentifier(database)}.${relation}`;
}

/** The records by which raw tables are known, as a build saw them and as they are now. */
interface Records {
  /** The schema of the engine in which the last build noted them. */
  readonly noted: string;
  /** Where they are now. */
  readonly incoming: Place;
}

/**
 * True when the raw tables that are now there are those that a build saw, and later batches: nothing was taken back and they
 * are no others.
 */
export async function isContinued(engine: Engine, { noted, incoming }: Records): Promise<boolean> {
  const differing = KNOWN_BY.map(
    (name) =>
      `(select count(*) from (
        select * from ${quoteRelation(noted, name)}
        except
        select * from ${within(incoming, quoteRelation('loads', name))}
      ) as gone)`,
  );
  const [row] = await engine.query(`select ${differing.join(' + ')} as n`);
  return row?.['n'] === 0;
}

/** The tables that later batches wrote to. */
async function fetchChangedTables(
  engine: Engine,
  { noted, incoming }: Records,
): Promise<{ readonly since: number; readonly tables: readonly ContractTable[] }> {
  const [last] = await engine.query(
    `select coalesce(max(batch_id::integer), 0)::integer as since from ${quoteRelation(noted, 'batches')}`,
  );
  const since = Number(last?.['since']);
  const rows = await engine.query(
    `select distinct table_name from ${within(incoming, quoteRelation('loads', 'files'))}
     where batch_id::integer > $1`,
    [since],
  );
  const names = new Set(rows.map((row) => row['table_name']));
  return { since, tables: listTables().filter(({ schema, name }) => names.has(`${schema}.${name}`)) };
}

/** The versions of a table's rows that came since a batch, and those they replaced. */
function renderVersions(table: ContractTable, incoming: Place, since: number): string {
  const columns = quoteList([...table.columns.map((column) => column.name), ...LOAD_COLUMNS]);
  return `(
    select ${columns} from ${within(incoming, relationOf(table))} where "_batch_id" > ${since}
    union all
    select ${columns} from ${within(incoming, historyOf(table))}
    where "_replaced_by"::integer > ${since}
  )`;
}

/**
 * The earliest day that a table's rows speak of. An opportunity counts from its load on, or from the first entry of its
 * history, which its own dates may lie after.
 */
function renderFirstDate(table: ContractTable, incoming: Place): string {
  const name = `${table.schema}.${table.name}`;
  const dates = table.columns.filter(({ type }) => type === 'date' || type === 'timestamp');
  if (dates.length === 0 || TIMELESS.includes(name)) return `date '1900-01-01'`;
  const days = dates.map((column) => `versions.${quoteIdentifier(column.name)}::date`);
  if (name === 'raw.gtm_opportunities') {
    const history = within(incoming, quoteRelation('raw', 'opportunity_stage_history'));
    days.push(
      'versions."_loaded_at"::date',
      `(select min(entered_at)::date from ${history} as entries where entries.opp_id = versions.opp_id)`,
    );
  }
  return `coalesce(min(least(${days.join(', ')})), date '1900-01-01')`;
}

/** Notes whose rows a table's changes are. Without a customer they are everyone's. */
function renderChangedDays(table: ContractTable, incoming: Place, since: number): string {
  const name = `${table.schema}.${table.name}`;
  const owner = THROUGH[name];
  const hasCustomer = table.columns.some((column) => column.name === 'customer_id');
  const customer = owner ? 'owners.customer_id' : hasCustomer ? 'versions.customer_id' : 'null::varchar';
  const join = owner
    ? `inner join ${within(incoming, quoteRelation('raw', owner.table))} as owners on versions.${owner.key} = owners.${owner.key}`
    : '';
  return `insert into ${CHANGED_DAYS}
    select ${quoteLiteral(name)}, ${customer} as customer_id, ${renderFirstDate(table, incoming)}
    from ${renderVersions(table, incoming, since)} as versions ${join}
    group by 2
    having count(*) > 0`;
}

async function mergeTable(
  engine: DuckdbEngine,
  table: ContractTable,
  { incoming, since }: { readonly incoming: string; readonly since: number },
): Promise<void> {
  const columns = quoteList([...table.columns.map((column) => column.name), ...LOAD_COLUMNS]);
  const replaced = within(incoming, historyOf(table));
  const isReplaced = `"_replaced_by"::integer > ${since}`;
  const [row] = await engine.query(`select count(*) as n from ${replaced} where ${isReplaced}`);
  if (row?.['n'] !== 0) {
    const match = table.key
      .map((name) => `stored.${quoteIdentifier(name)} = gone.${quoteIdentifier(name)}`)
      .join(' and ');
    await engine.execute(
      `delete from ${relationOf(table)} as stored using ${replaced} as gone where gone.${isReplaced} and ${match}`,
    );
    const kept = quoteList([
      ...table.columns.map((column) => column.name),
      ...LOAD_COLUMNS,
      '_replaced_by',
      '_replaced_at',
    ]);
    await engine.execute(
      `insert into ${historyOf(table)} (${kept}) select ${kept} from ${replaced} where ${isReplaced}`,
    );
  }
  await engine.execute(
    `insert into ${relationOf(table)} (${columns})
     select ${columns} from ${within(incoming, relationOf(table))} where "_batch_id" > ${since}`,
  );
}

/**
 * Notes in `loads.changed_days` which customers the batches concern that a build did not see, from which day on.
 *
 * @returns the last batch it saw, and the tables that later ones wrote to
 */
async function writeChangedDays(
  engine: Engine,
  records: Records,
): Promise<{ readonly since: number; readonly tables: readonly ContractTable[] }> {
  const changed = await fetchChangedTables(engine, records);
  await engine.execute(`drop table if exists ${CHANGED_DAYS}`);
  await engine.execute(
    `create table ${CHANGED_DAYS} (table_name varchar, customer_id varchar, first_date date)`,
  );
  for (const table of changed.tables)
    await engine.execute(renderChangedDays(table, records.incoming, changed.since));
  return changed;
}

/**
 * Brings the engine's raw tables up to those of `incoming`, an attached database that continues them, and notes in
 * `loads.changed_days` which customers the changes concern, from which day on.
 *
 * @example
 * await engine.attach('raw.duckdb', 'incoming', { isReadOnly: true });
 * const records = { noted: 'loads', incoming: 'incoming' };
 * if (await isContinued(engine, records)) await mergeChanges(engine, 'incoming');
 */
export async function mergeChanges(engine: DuckdbEngine, incoming: string): Promise<void> {
  const { since, tables } = await writeChangedDays(engine, { noted: 'loads', incoming });
  for (const table of tables) await mergeTable(engine, table, { incoming, since });
  for (const name of RECORDS) {
    const relation = quoteRelation('loads', name);
    await engine.execute(
      `delete from ${relation}; insert into ${relation} from ${within(incoming, relation)}`,
    );
  }
}
