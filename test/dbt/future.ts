import fc from 'fast-check';
import { type ContractColumn, type ContractTable, listTables } from '../../src/contract/index.ts';
import type { Engine } from '../../src/engines/index.ts';

/** The column that dates a row, for tables of current state that have no event time. */
const ROW_TIMES: Readonly<Record<string, string>> = {
  'raw.customers': 'signup_date',
  'raw.features': 'released_at',
  'raw.devices': 'installed_at',
  'raw.experiments': 'start_at',
  'raw.gtm_opportunities': 'created_at',
  'raw.quotas': 'period_start',
  'raw.team_members': 'active_from',
};

export type ChangeKind = 'delete' | 'insert' | 'rewrite' | 'known_later';

/** One change to what nobody could know on the day looked back from. */
export interface FutureChange {
  readonly table: ContractTable;
  readonly kind: ChangeKind;
  readonly column: ContractColumn;
  /** Which rows and values; spread by a hash. */
  readonly salt: number;
  readonly daysAhead: number;
}

function parseRowTime(table: ContractTable): string | undefined {
  return table.eventTime ?? ROW_TIMES[`${table.schema}.${table.name}`];
}

const dated = listTables().filter((table) => parseRowTime(table) !== undefined);
const withKnownAt = listTables().filter((table) =>
  table.columns.some((column) => column.knownAt !== undefined),
);

/** Any single change to the future of any table. */
export const futureChange: fc.Arbitrary<FutureChange> = fc
  .record({
    kind: fc.constantFrom<ChangeKind>('delete', 'insert', 'rewrite', 'known_later'),
    pick: fc.nat(10_000),
    columnPick: fc.nat(10_000),
    salt: fc.nat(1_000_000),
    daysAhead: fc.integer({ min: 1, max: 400 }),
  })
  .map(({ kind, pick, columnPick, salt, daysAhead }) => {
    const tables = kind === 'known_later' ? withKnownAt : dated;
    const table = tables[pick % tables.length] as ContractTable;
    const columns = table.columns.filter((column) =>
      kind === 'known_later'
        ? column.knownAt !== undefined
        : !table.key.includes(column.name) && column.name !== parseRowTime(table),
    );
    return { table, kind, column: columns[columnPick % columns.length] as ContractColumn, salt, daysAhead };
  });

export function renderChange(change: FutureChange): string {
  const { table, kind, column, salt, daysAhead } = change;
  return `${kind} ${table.schema}.${table.name}.${column.name} (salt ${salt}, ${daysAhead} days ahead)`;
}

/** A value of the column's type, different from row to row. */
function renderValue(column: ContractColumn, change: FutureChange): string {
  const hash = `hash(rowid + ${change.salt})`;
  if (column.values !== undefined) {
    const list = column.values.map((value) => `'${value}'`).join(', ');
    return `list_extract([${list}], cast(${hash} % ${column.values.length} as integer) + 1)`;
  }
  if (column.type === 'text') return `'changed-' || cast(${hash} % 5 as varchar)`;
  if (column.type === 'boolean') return `${hash} % 2 = 0`;
  if (column.type === 'float') return `cast(${hash} % 1000 as double) / 1000`;
  return `cast(${hash} % 1000 as integer)`;
}

function renderFutureMoment(column: ContractColumn, change: FutureChange, asOf: string): string {
  const day = `cast('${asOf}' as date) + ${change.daysAhead}`;
  return column.type === 'date' ? `${day}` : `cast(${day} as timestamp) + interval '7 hours'`;
}

function renderNewValue(change: FutureChange, asOf: string): string {
  const isTime = change.column.type === 'date' || change.column.type === 'timestamp';
  return isTime ? renderFutureMoment(change.column, change, asOf) : renderValue(change.column, change);
}

function renderStatements(change: FutureChange, asOf: string): readonly string[] {
  const { table, column, salt } = change;
  const name = `"${table.schema}"."${table.name}"`;
  const some = `hash(rowid + ${salt}) % 3 > 0`;
  const tomorrow = `cast('${asOf}' as date) + 1`;
  if (change.kind === 'known_later') {
    const moment = `"${column.knownAt}"`;
    const isSelf = column.knownAt === column.name;
    const emptied = isSelf
      ? `case when hash(rowid) % 2 = 0 then ${renderNewValue(change, asOf)} end`
      : renderNewValue(change, asOf);
    // A moment that is not recorded says nothing about when the value was known, unless the value is that moment.
    // Nor is the moment open where a value that it dates is there already.
    const dated = table.columns.filter(
      (other) => other.knownAt === column.name && other.name !== column.name,
    );
    const isOpen = [`${moment} is null`, ...dated.map((other) => `"${other.name}" is null`)].join(' and ');
    const unknown = isSelf ? `((${isOpen}) or ${moment} >= ${tomorrow})` : `${moment} >= ${tomorrow}`;
    return [`update ${name} set "${column.name}" = ${emptied} where ${unknown} and ${some}`];
  }
  const time = parseRowTime(table) as string;
  const isFuture = `"${time}" >= ${tomorrow}`;
  if (change.kind === 'delete') return [`delete from ${name} where ${isFuture} and ${some}`];
  if (change.kind === 'rewrite') {
    return [
      `update ${name} set "${column.name}" = ${renderNewValue(change, asOf)} where ${isFuture} and ${some}`,
    ];
  }
  const timeColumn = table.columns.find((candidate) => candidate.name === time) as ContractColumn;
  const key = table.key.find(
    (part) => part !== time && table.columns.some((c) => c.name === part && c.type === 'text'),
  );
  const replaced = [`${renderFutureMoment(timeColumn, change, asOf)} as "${time}"`];
  // Half of the new rows belong to what is there already, half are all new.
  const isNewKey = table.key.length === 1 || salt % 2 === 0;
  if (key !== undefined && isNewKey) replaced.push(`"${key}" || '-new-${salt}' as "${key}"`);
  return [`insert into ${name} select * replace (${replaced.join(', ')}) from ${name} where ${some} limit 5`];
}

/** Makes the change in a database of raw tables; returns how many rows it touched. */
export async function runChange(engine: Engine, change: FutureChange, asOf: string): Promise<number> {
  let rows = 0;
  for (const statement of renderStatements(change, asOf)) rows += await engine.execute(statement);
  return rows;
}
