import { addDays, type Clock, utcDate } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { AlertMetric } from './alert-metrics.ts';
import type { AlertRule } from './alert-rule.ts';
import { earliestOf } from './days.ts';

/** What a warehouse knows, for every rule alike. */
export interface Ground {
  /** The last day that is over and known: of the warehouse, of `asOf`, and before today. */
  readonly lastDay: string;
  /** `schema.table` → the last day it knows of; null for a table of state, or one without a row. */
  readonly watermarks: ReadonlyMap<string, string | null>;
  readonly relations: ReadonlySet<string>;
}

/** Reads what a warehouse knows. Today is not over: its figures would fall short of those of whole days. */
export async function fetchGround(
  warehouse: Engine,
  { asOf, clock }: { readonly asOf: string; readonly clock: Clock },
): Promise<Ground> {
  const [last] = await warehouse.query('select max(metric_date) as day from int_days');
  const rows = await warehouse.query('select source_name, last_event_date from source_watermarks');
  const relations = await warehouse.listRelations();
  const known = last?.['day'] ?? null;
  return {
    lastDay: earliestOf(asOf, known === null ? null : String(known), addDays(utcDate(clock), -1)),
    watermarks: new Map(
      rows.map((row) => {
        const day = row['last_event_date'] ?? null;
        return [String(row['source_name']), day === null ? null : String(day)];
      }),
    ),
    relations: new Set(relations.map(({ name }) => name)),
  };
}

/** What stands in the way of a rule, in words; null when it can be judged. */
export function findObstacle(rule: AlertRule, subject: AlertMetric, ground: Ground): string | null {
  if (rule.when.against_target !== undefined && subject.target === null)
    return `there is no target for ${subject.name}: write one into targets.yml`;
  if (rule.sql_model !== undefined && !ground.relations.has(rule.sql_model))
    return `the warehouse has no ${rule.sql_model} yet: run tenure build`;
  return null;
}

/** How many days of a window may lie after the last thing its source knows of. */
function countTolerance(window: number): number {
  return Math.floor(window / 10);
}

/** Until when a rule's figures are known, and the source that ends first where one ends before the warehouse does. */
export interface Reach {
  readonly lastDay: string;
  readonly endsWith: string | null;
  readonly watermarks: Readonly<Record<string, string | null>>;
}

/**
 * A day is known while at most a tenth of the window of each source lies after what the source knows of: a feed that
 * stopped looks like customers who did. A source without a row, or looked at without a window, says nothing.
 */
export function readReach({ needs }: AlertMetric, { lastDay, watermarks }: Ground): Reach {
  let reach = lastDay;
  let endsWith: string | null = null;
  for (const [source, window] of Object.entries(needs)) {
    const watermark = watermarks.get(source) ?? null;
    if (watermark === null || window === null) continue;
    const end = addDays(watermark, countTolerance(window));
    if (end >= reach) continue;
    reach = end;
    endsWith = source;
  }
  const named = Object.keys(needs).map((source) => [source, watermarks.get(source) ?? null]);
  return { lastDay: reach, endsWith, watermarks: Object.fromEntries(named) };
}
