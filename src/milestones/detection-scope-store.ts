import type { Dialect } from '../engines/index.ts';
import { bringRows, listEngines, type MilestoneEngines } from './milestone-engines-store.ts';

/** How much of history a run looks at: everything, or what was stated since the last one. */
export interface DetectionScope {
  /** The first day that is looked at for every customer, `YYYY-MM-DD`. */
  readonly since: string;
  /** The first day that is looked at for anybody. */
  readonly first: string;
  /** True when the temporary table `milestone_scope` names customers whose days before `since` are looked at, too. */
  readonly hasRestated: boolean;
}

/** A scope in the words of the engine that is asked. */
export interface AskedScope extends DetectionScope {
  readonly dialect: Dialect;
}

export const ALL_DAYS = '0001-01-01';

/**
 * Writes down from which day each customer is looked at. A run of all days looks at everybody from the first.
 *
 * @param since the first day the build stated for everybody, or null for a run of all days
 */
export async function prepareScope(engines: MilestoneEngines, since: string | null): Promise<DetectionScope> {
  const { warehouse } = engines;
  for (const engine of listEngines(engines)) {
    await engine.execute('drop table if exists milestone_scope');
    await engine.execute(`create temporary table milestone_scope as
      select cast(null as text) as customer_id, cast(null as date) as restate_from where false`);
  }
  if (since === null) return { since: ALL_DAYS, first: ALL_DAYS, hasRestated: false };
  await warehouse.execute(
    `insert into milestone_scope
     select customer_id, restate_from from int_restated_customers where restate_from < cast($1 as date)`,
    [since],
  );
  const [row] = await warehouse.query('select min(restate_from) as first from milestone_scope');
  const first = row?.['first'] ?? null;
  if (first === null) return { since, first: since, hasRestated: false };
  await bringRows(engines, { name: 'milestone_scope', columns: ['customer_id', 'restate_from'] });
  return { since, first: String(first), hasRestated: true };
}

/**
 * The moment at which a date begins in a time zone, both columns. Where clocks go back at midnight it strikes twice, and
 * engines take the second; an hour before it is then the same date.
 */
export function renderLocalMidnight(day: string, zone: string): string {
  const midnight = `(cast(${day} as timestamp) at time zone ${zone})`;
  const earlier = `(${midnight} - interval '1 hour')`;
  return `case when cast(${earlier} at time zone ${zone} as date) = ${day} then ${earlier} else ${midnight} end`;
}

/** What a query over `table` joins to say from which moment each of its customers is looked at. */
export function renderScopeJoin({ hasRestated }: DetectionScope, table: string): string {
  return hasRestated ? `left join milestone_scope on ${table}.customer_id = milestone_scope.customer_id` : '';
}

/** The moment from which a customer's milestones are looked at, in a query with `renderScopeJoin`. */
export function renderScopeStart({ since, hasRestated, dialect }: AskedScope): string {
  const first = `cast('${since}' as date)`;
  return dialect.startOfDay(hasRestated ? `coalesce(milestone_scope.restate_from, ${first})` : first);
}

/** A relation with a row per customer and day, and which of its rows are wanted. */
export interface ScopedRows {
  readonly relation: string;
  readonly day: string;
  readonly columns: readonly string[];
  readonly condition: string;
  /** Days before the scope that are read as well. */
  readonly lead?: number;
}

/** The rows of a daily relation that a run looks at, as `daily`. */
export function compileScopedRows({ since, hasRestated }: DetectionScope, rows: ScopedRows): string {
  const { relation, day, columns, condition, lead = 0 } = rows;
  const list = columns.map((column) => `daily.${column}`).join(', ');
  if (since === ALL_DAYS) return `select ${list} from ${relation} as daily where ${condition}`;
  const first = lead === 0 ? `cast('${since}' as date)` : `cast('${since}' as date) - ${lead}`;
  const recent = `select ${list} from ${relation} as daily where daily.${day} >= ${first} and ${condition}`;
  if (!hasRestated) return recent;
  return `${recent}
    union all
    select ${list} from ${relation} as daily
    inner join milestone_scope on daily.customer_id = milestone_scope.customer_id
    where daily.${day} >= milestone_scope.restate_from - ${lead} and daily.${day} < ${first} and ${condition}`;
}
