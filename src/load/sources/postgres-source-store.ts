import { quoteLiteral, quoteRelation } from '../../base/index.ts';
import type { ColumnInfo, Engine } from '../../engines/index.ts';
import { PREPARED } from './cursor-state.ts';
import { parseDuration } from './duration.ts';
import type { TransactionState } from './progress-store.ts';
import type { SourceEntry } from './read-sources.ts';
import { renderName, renderRelation } from './relation-store.ts';
import type { Cursor, SourceReader } from './source-reader.ts';

const HOUR = parseDuration('1 hour') ?? 0n;
const DAY = parseDuration('1 day') ?? 0n;
/** Clocks of applications differ, and `now()` is taken a moment before a transaction can be seen. */
const USUAL_LAG = parseDuration('10 minutes') ?? 0n;
/** PostgreSQL keeps 32 bits of a transaction's number with a row: half of them tell earlier from later. */
const MOST_TRANSACTIONS = 2n ** 31n - 1_000_000n;
const XID_BITS = 2n ** 32n;

function isLocal(type: string): boolean {
  return /^timestamp(\(\d\))? without time zone$/.test(type);
}

function renderColumn(name: string): string {
  return quoteRelation('source', name);
}

function renderValue(...[{ name, type }, column, timezone]: Parameters<SourceReader['renderValue']>): string {
  const value = renderColumn(name);
  if (type.endsWith('[]')) return `to_json(${value})`;
  if (isLocal(type) && column.type === 'timestamp' && timezone !== 'UTC')
    return `(${value} at time zone ${quoteLiteral(timezone)})`;
  return value;
}

function buildCursor({ name, type }: ColumnInfo, entry: SourceEntry, timezone: string): Cursor | null {
  const cursor = { column: name, type };
  if (/^(smallint|integer|bigint)$/.test(type))
    return { ...cursor, unit: 'number', lag: entry.lag?.unit === 'number' ? entry.lag.value : 0n };
  const given = entry.lag?.unit === 'time' ? entry.lag.value : null;
  if (type === 'date') return { ...cursor, unit: 'time', lag: given ?? DAY };
  if (/^timestamp(\(\d\))? with time zone$/.test(type))
    return { ...cursor, unit: 'time', lag: given ?? USUAL_LAG };
  if (!isLocal(type)) return null;
  // Where clocks are put back, an hour comes twice.
  return { ...cursor, unit: 'time', lag: (given ?? USUAL_LAG) + (timezone === 'UTC' ? 0n : HOUR) };
}

function renderFrom(cursor: Cursor, bound: bigint): string {
  const column = renderColumn(cursor.column);
  const from = bound - cursor.lag;
  if (cursor.unit === 'number') return `(${column} >= ${from} or ${column} is null)`;
  const epoch = cursor.type.endsWith('with time zone') ? `timestamptz 'epoch'` : `timestamp 'epoch'`;
  const moment = `${epoch} + interval '1 microsecond' * ${from}`;
  const value = cursor.type === 'date' ? `cast(${moment} as date)` : `(${moment})`;
  return `(${column} >= ${value} or ${column} is null)`;
}

/** The highest cursor there is, but no time that is still to come. */
function renderHigh(cursor: Cursor, timezone: string): string {
  const column = renderColumn(cursor.column);
  if (cursor.unit === 'number') return `cast(max(${column}) as bigint)`;
  const isInstant = cursor.type.endsWith('with time zone');
  const local = `statement_timestamp() at time zone ${quoteLiteral(timezone)}`;
  const now = isInstant ? 'statement_timestamp()' : cursor.type === 'date' ? `cast(${local} as date)` : local;
  const highest = `least(max(${column}) filter (where isfinite(${column})), ${now})`;
  return `cast(extract(epoch from ${highest}) * 1000000 as bigint)`;
}

/** Transactions of this database other than our own. Everybody may see the locks, and each transaction holds one on itself. */
const RUNNING = `
select distinct case when locks.pid is null then '${PREPARED}' else '' end || locks.virtualtransaction as id
from pg_locks as locks
left join pg_stat_activity as activity on locks.pid = activity.pid
where locks.granted and locks.locktype in ('virtualxid', 'transactionid')
  and locks.pid is distinct from pg_backend_pid()
  and coalesce(activity.datname, current_database()) = current_database()
  and coalesce(activity.backend_type, '') <> 'autovacuum worker'
order by 1`;

async function fetchSights(...[engine, cursors, source]: Parameters<SourceReader['fetchSights']>) {
  const highs: (bigint | null)[] = [];
  for (const { relation, cursor } of cursors) {
    const [row] = await engine.query(
      `select cast(${renderHigh(cursor, source.timezone)} as text) as high from ${relation}`,
    );
    const high = row?.['high'] ?? null;
    highs.push(high === null ? null : BigInt(String(high)));
  }
  // After the highest cursors: a transaction that is not among these began later than they were written.
  const rows = cursors.length === 0 ? [] : await engine.query(RUNNING);
  return highs.map((high) => ({ high, running: rows.map((row) => String(row['id'])) }));
}

const SNAPSHOT = `
select
  cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as oldest,
  cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as next,
  concat((select system_identifier from pg_control_system()), '/', (select timeline_id from pg_control_checkpoint())) as server`;

/** A table, its partitions and the tables that inherit from it. */
const FAMILY = `
with recursive family as (
  select cast(cast($1 as regclass) as oid) as relation
  union
  select children.inhrelid from pg_inherits as children
  inner join family on children.inhparent = family.relation
)
select cast(classes.oid as text) as id, cast(classes.relkind as text) as kind
from family inner join pg_class as classes on classes.oid = family.relation
order by classes.oid`;

async function fetchTransactionRead(engine: Engine, entry: SourceEntry, last: TransactionState | null) {
  const [snapshot] = await engine.query(SNAPSHOT);
  const family = await engine.query(FAMILY, [renderName(entry.from ?? '')]);
  if (family.some(({ kind }) => !['r', 'p', 'm'].includes(String(kind)))) {
    throw entry.refuse(
      'mode',
      'only the rows of a table itself tell when they changed, not those of a view or a foreign table',
      'Name a cursor, say mode: snapshot, or read the table behind it.',
    );
  }
  const relations = family.map(({ id }) => String(id));
  const state: TransactionState = {
    kind: 'transactions',
    xid: String(snapshot?.['oldest']),
    server: String(snapshot?.['server']),
    relations,
  };
  const passed = BigInt(String(snapshot?.['next'])) - BigInt(last?.xid ?? 0);
  const isComparable =
    last !== null && last.server === state.server && passed >= 0n && passed < MOST_TRANSACTIONS;
  if (!isComparable) return { condition: null, state };
  const fresh = relations.filter((id) => !last.relations.includes(id));
  // The age of a row is how many transactions ago it was written: in half of 32 bits, older ones seem young and are read too.
  const changed = `age(source.xmin) <= age(cast('${BigInt(last.xid) % XID_BITS}' as xid))`;
  const isFresh = fresh.length === 0 ? '' : ` or source.tableoid in (${fresh.join(', ')})`;
  return { condition: `(${changed}${isFresh})`, state };
}

async function end(engine: Engine): Promise<void> {
  await engine.execute('rollback');
}

async function watch(engine: Engine, signal: AbortSignal): Promise<() => void> {
  const [row] = await engine.query('select pg_backend_pid() as pid');
  const cancel = async () => {
    const beside = await engine.connect();
    await beside.query('select pg_cancel_backend($1)', [Number(row?.['pid'])]).finally(() => beside.close());
  };
  // A server that is gone has nothing to end.
  const listen = () => void cancel().catch(() => {});
  signal.addEventListener('abort', listen);
  return () => signal.removeEventListener('abort', listen);
}

/** How PostgreSQL is read: in one read-only transaction that sees one state of the database. */
export const postgresReader: SourceReader = {
  format: 'csv',
  role: 'current_user',
  renderRelation,
  renderValue,
  buildCursor,
  renderFrom,
  fetchSights,
  fetchTransactionRead,
  async begin(engine) {
    await engine.execute('begin isolation level repeatable read read only');
  },
  async checkIsStandby(engine) {
    const [row] = await engine.query('select pg_is_in_recovery() as is_standby');
    return row?.['is_standby'] === true;
  },
  end,
  watch,
};
