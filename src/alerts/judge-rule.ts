import type { Engine } from '../engines/index.ts';
import type { AlertMetric, AlertMetrics, SeriesSql } from './alert-metrics.ts';
import type { AlertRule } from './alert-rule.ts';
import { buildFiring, type Firing } from './firing.ts';
import { findObstacle, type Ground, type Reach, readReach } from './ground-store.ts';
import {
  buildSeriesRequest,
  compileFirings,
  compileModelSeries,
  compileRecheck,
  type EntityDay,
  type RuleRun,
  type SilentDays,
} from './rule-query-store.ts';
import { resolveSubject } from './subject.ts';

/** Where the figures are, and what they mean. */
export interface AlertWorld {
  readonly warehouse: Engine;
  readonly metrics: AlertMetrics;
  readonly ground: Ground;
}

/** A rule and how far it can be judged; `obstacle` says why not at all. */
export interface PreparedRule {
  readonly rule: AlertRule;
  readonly subject: AlertMetric;
  readonly obstacle: string | null;
  readonly reach: Reach;
}

export function prepareRule(rule: AlertRule, { metrics, ground }: AlertWorld): PreparedRule {
  const subject = resolveSubject(rule, metrics);
  const reach = readReach(subject, ground);
  return { rule, subject, obstacle: findObstacle(rule, subject, ground), reach };
}

async function compileSeries({ warehouse, metrics }: AlertWorld, run: RuleRun): Promise<SeriesSql> {
  const request = buildSeriesRequest(run);
  const { sql_model: model, metric = '' } = run.rule;
  if (model !== undefined) return compileModelSeries(model, request);
  return metrics.compileSeries(warehouse, metric, request);
}

/** Days, what fired before them, and what may not fire. */
export interface JudgedDays {
  readonly firstDay: string;
  readonly lastDay: string;
  /** The last firing of each entity, as far as the cool-down reaches back. */
  readonly fired: readonly EntityDay[];
  readonly silent: readonly SilentDays[];
}

/** The firings of a rule on some days: the same whether they are judged at once or one by one. */
export async function judgeRule(
  world: AlertWorld,
  { rule, subject, reach }: PreparedRule,
  days: JudgedDays,
): Promise<readonly Firing[]> {
  if (days.firstDay > days.lastDay) return [];
  const { dialect } = world.warehouse;
  const run: RuleRun = { rule, subject, firstDay: days.firstDay, lastDay: days.lastDay, dialect };
  const query = compileFirings(run, await compileSeries(world, run), days);
  const rows = await world.warehouse.query(query.sql, query.parameters);
  const source = { rule, subject, query, watermarks: reach.watermarks };
  return rows.map((row) => buildFiring(row, source));
}

/** Whether an entity's day still holds, and its value by what is known now. */
export interface RecheckedDay extends EntityDay {
  readonly holds: boolean;
  readonly value: number | string | null;
}

/** Looks at days that fired again. */
export async function recheckRule(
  world: AlertWorld,
  { rule, subject, reach }: PreparedRule,
  asked: readonly EntityDay[],
): Promise<readonly RecheckedDay[]> {
  const days = asked.map(({ day }) => day).filter((day) => day <= reach.lastDay);
  const [firstDay, lastDay] = [days.toSorted()[0], days.toSorted().at(-1)];
  if (firstDay === undefined || lastDay === undefined) return [];
  const run: RuleRun = { rule, subject, firstDay, lastDay, dialect: world.warehouse.dialect };
  const known = asked.filter(({ day }) => day <= reach.lastDay);
  const { sql, parameters } = compileRecheck(run, await compileSeries(world, run), known);
  const rows = await world.warehouse.query(sql, parameters);
  return rows.map((row) => {
    const value = row['value'] ?? null;
    return {
      entityId: String(row['entity_id']),
      day: String(row['metric_date']),
      holds: row['holds'] === true,
      value: value === null ? null : subject.kind === 'number' ? Number(value) : String(value),
    };
  });
}
