import { didYouMean } from '../runner/index.ts';
import { type MilestoneCondition, TENURE_METRICS } from './definition.ts';

/** Where the events of a counter of the ledger stand, for the moment at which it passed a threshold. */
export interface CounterEvents {
  readonly relation: string;
  readonly at: string;
  /** How much one event adds: a column; 1 when null. */
  readonly amount: string | null;
  /** Only events of these types, where the relation holds several. */
  readonly types: readonly string[] | null;
}

/** What a condition reads, and how its moment is found. */
export type MetricSource =
  | { readonly kind: 'tenure'; readonly unit: 'year' | 'month' | 'day' }
  | { readonly kind: 'moments'; readonly metric: string }
  | { readonly kind: 'counter'; readonly column: string; readonly events: CounterEvents | null }
  | { readonly kind: 'window'; readonly column: string; readonly days: number }
  | { readonly kind: 'level'; readonly relation: string; readonly day: string; readonly column: string };

/** The figures there are: relation → its numeric columns. */
export type FigureColumns = ReadonlyMap<string, ReadonlySet<string>>;

export const LEDGER = 'int_customer_days';

/** Relations with a row per customer and day, in the order in which a name is looked up. */
export const DAILY_RELATIONS = [LEDGER, 'int_customer_success_days', 'int_customer_rates'] as const;

/** Figures of `int_customer_moments`. */
export const MOMENT_METRICS = [
  'goals',
  'certifications',
  'roi_goals',
  'success_goals',
  'expansions',
  'integrations',
  'integration_share',
  'mrr',
] as const;

/** Names people use for columns of the ledger. */
const ALIASES: Readonly<Record<string, string>> = {
  users: 'users_created',
  active_users: 'monthly_active_users',
};

function buildUsage(types: readonly string[] | null, amount: string | null): CounterEvents {
  return { relation: 'stg_usage_events', at: 'timestamp', amount, types };
}

const COUNTER_EVENTS: Readonly<Record<string, CounterEvents>> = {
  events: buildUsage(null, null),
  api_calls: buildUsage(['api_call'], 'quantity'),
  retention_signals: buildUsage(['evidence_upload', 'monitoring_run', 'report_view'], null),
  integration_connects: buildUsage(['integration_connect'], null),
  premium_feature_trials: buildUsage(['premium_feature_trial'], null),
  users_created: { relation: 'stg_users', at: 'created_at', amount: null, types: null },
};

/** A condition that reads something, or why it does not. */
export type ResolvedSource =
  | { readonly source: MetricSource }
  | { readonly problem: string; readonly hint: string };

function refuse(problem: string, hint: string): ResolvedSource {
  return { problem, hint };
}

function isGrowing({ operator = '>=' }: MilestoneCondition): boolean {
  return operator === '>=' || operator === '>';
}

function resolveDaily(condition: MilestoneCondition, figures: FigureColumns): ResolvedSource {
  const column = ALIASES[condition.metric] ?? condition.metric;
  const counters = figures.get(LEDGER) ?? new Set();
  const isCounter = counters.has(`${column}_total`);
  if (condition.window_days !== undefined) {
    if (isCounter) return { source: { kind: 'window', column, days: condition.window_days } };
    return refuse(
      `${condition.metric} has no windows`,
      'window_days is for counters of the ledger, such as api_calls.',
    );
  }
  if (isCounter && condition.hold_days === undefined) {
    if (isGrowing(condition))
      return { source: { kind: 'counter', column, events: COUNTER_EVENTS[column] ?? null } };
    return refuse(`${condition.metric} only grows`, 'Use >= or >, or window_days for a trailing sum.');
  }
  const relation = DAILY_RELATIONS.find((name) => figures.get(name)?.has(column) === true);
  if (relation !== undefined) return { source: { kind: 'level', relation, day: 'metric_date', column } };
  const names = [
    ...DAILY_RELATIONS.flatMap((name) => [...(figures.get(name) ?? [])]),
    ...MOMENT_METRICS,
    ...TENURE_METRICS,
  ];
  return refuse(
    `there is no figure ${condition.metric}`,
    didYouMean(condition.metric, names, 'docs/milestones.md lists them.'),
  );
}

/**
 * Finds what a condition reads among the figures there are.
 *
 * @returns the source, or the problem with what to do about it
 */
export function resolveSource(condition: MilestoneCondition, figures: FigureColumns): ResolvedSource {
  const { metric, every, window_days, hold_days, sql_model } = condition;
  if (sql_model !== undefined) {
    const columns = figures.get(sql_model);
    if (columns === undefined)
      return refuse(`there is no model ${sql_model}`, 'Build it with `tenure build`.');
    const missing = ['customer_id', 'day', 'value'].filter((name) => !columns.has(name));
    if (missing.length > 0)
      return refuse(`${sql_model} has no ${missing.join(', ')}`, 'It needs customer_id, day and value.');
    return every === undefined
      ? { source: { kind: 'level', relation: sql_model, day: 'day', column: 'value' } }
      : refuse('every needs a figure that counts', 'Use threshold or thresholds with sql_model.');
  }
  const tenure = TENURE_METRICS.find((name) => name === metric);
  const isMoment = MOMENT_METRICS.some((name) => name === metric);
  if (tenure === undefined && !isMoment) {
    const resolved = resolveDaily(condition, figures);
    const counts = 'source' in resolved && resolved.source.kind === 'counter';
    if (every !== undefined && 'source' in resolved && !counts)
      return refuse('every needs a figure that counts', 'Use threshold or thresholds.');
    return resolved;
  }
  if (window_days !== undefined || hold_days !== undefined)
    return refuse(`${metric} is not a figure of a day`, 'Leave window_days and hold_days out.');
  if (!isGrowing(condition)) return refuse(`${metric} is only looked at from below`, 'Use >= or >.');
  if (tenure === undefined) return { source: { kind: 'moments', metric } };
  return { source: { kind: 'tenure', unit: tenure.slice('tenure_'.length, -1) as 'year' | 'month' | 'day' } };
}
