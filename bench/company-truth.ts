import type { Engine } from '../src/engines/index.ts';

/** What a generated company is really like, measured from its raw tables alone. */
export interface Truth {
  readonly customers: number;
  readonly events: number;
  /** Point-biserial correlation with churn over all customers, with its two-sided p-value. */
  readonly correlations: Readonly<Record<FeatureName, { readonly r: number; readonly p: number }>>;
  /** Area under the ROC curve of each feature alone against churn by as_of, the better direction. */
  readonly singleAuc: Readonly<Record<string, number>>;
  /** Share of customers who had left by as_of, by the tier they were on. */
  readonly churnByTier: readonly [number, number, number];
  /** Starters with a low adoption score at a month's end against the others: rates of leaving within 90 days. */
  readonly lowAdoptionRatio: number;
  /** Events in the last 30 days before churn against the 30 before those. */
  readonly eventsBeforeChurn: number;
  /** High and critical tickets a day in the last 60 days before churn against the same customers' earlier rate. */
  readonly ticketsBeforeChurn: number;
  /** Share of integration and onboarding topics in the last 60 days before churn against all other tickets'. */
  readonly topicsBeforeChurn: number;
  /** Trials a day before the upgrade against the lifelong rate of those who did not upgrade. */
  readonly trialRatio: number;
  /** Mann–Whitney: premium_feature_trials_30d of those who upgraded (before it) against the others. */
  readonly trialsP: number;
  /** Area under the ROC curve of each feature alone at month ends against an upgrade within 90 days. */
  readonly upgradeAuc: Readonly<Record<string, number>>;
}

/** The dictionary's correlations: feature → target. */
export const TARGETS = {
  events_last_30d: -0.38,
  avg_adoption_score: -0.34,
  retention_signal_count: -0.32,
  high_priority_tickets: 0.27,
  integration_connects_first_30d: -0.24,
} as const;

export type FeatureName = keyof typeof TARGETS;

/** A score this low is low: about the lowest third of starters. */
const LOW_ADOPTION = 0.4;

/** One row per customer, as `customer_survival` defines the features, and what else may tell churn by itself. */
const FEATURES = `
  create or replace temp table features as
  with customers as (
    select *, coalesce(churn_date, date '{as_of}') as reference_date from raw.customers
  ), usage as (
    select customers.customer_id,
      count(*) as total_events,
      count(*) filter (events.timestamp >= reference_date - 29) as events_last_30d,
      count(*) filter (events.timestamp >= reference_date - 59 and events.timestamp < reference_date - 29) as events_prev_30d,
      count(*) filter (events.timestamp >= reference_date - 6) as events_last_7d,
      count(*) filter (event_type in ('evidence_upload', 'monitoring_run', 'report_view')) as retention_signal_count,
      count(*) filter (event_type = 'integration_connect' and events.timestamp <= signup_date + interval 30 day)
        as integration_connects_first_30d,
      sum(cast(round(feature_adoption_score * 10000) as bigint)) / count(feature_adoption_score) / 10000 as avg_adoption_score,
      date_diff('day', max(events.timestamp)::date, max(reference_date)) as days_since_last_event
    from raw.usage_events as events inner join customers using (customer_id)
    where events.timestamp < reference_date + 1
    group by customers.customer_id
  ), tickets as (
    select customer_id, count(*) as tickets,
      count(*) filter (created_date >= reference_date - 29) as tickets_last_30d,
      count(*) filter (priority in ('high', 'critical')) as high_priority_tickets
    from raw.support_tickets inner join customers using (customer_id)
    where created_date <= reference_date
    group by customer_id
  )
  select customers.customer_id, plan_tier, signup_date, churn_date, upgrade_date, mrr,
    cast(churn_date is not null as integer) as event,
    date_diff('day', signup_date, reference_date) as duration_days,
    coalesce(total_events, 0) as total_events, coalesce(events_last_30d, 0) as events_last_30d,
    coalesce(events_prev_30d, 0) as events_prev_30d, coalesce(events_last_7d, 0) as events_last_7d,
    coalesce(retention_signal_count, 0) as retention_signal_count,
    coalesce(integration_connects_first_30d, 0) as integration_connects_first_30d,
    avg_adoption_score, days_since_last_event,
    coalesce(tickets, 0) as tickets, coalesce(tickets_last_30d, 0) as tickets_last_30d,
    coalesce(high_priority_tickets, 0) as high_priority_tickets
  from customers left join usage using (customer_id) left join tickets using (customer_id)`;

/** One row per customer and day with events or tickets, with running totals; then one per customer and month end. */
const SNAPSHOTS = `
  create or replace temp table activity as
  with daily as (
    select customer_id, cast("timestamp" as date) as day, count(*) as events,
      count(*) filter (event_type = 'premium_feature_trial') as trials,
      count(*) filter (event_type in ('evidence_upload', 'monitoring_run', 'report_view')) as retained,
      sum(cast(round(feature_adoption_score * 10000) as bigint)) as adoption, 0 as urgent, 0 as tickets, 0 as requests
    from raw.usage_events group by all
    union all
    select customer_id, created_date, 0, 0, 0, 0, count(*) filter (priority in ('high', 'critical')), count(*),
      count(*) filter (topic = 'feature_request')
    from raw.support_tickets group by all
  ), days as (
    select customer_id, day, sum(events) as events, sum(trials) as trials, sum(retained) as retained, sum(adoption) as adoption,
      sum(urgent) as urgent, sum(tickets) as tickets, sum(requests) as requests
    from daily group by all
  )
  select customer_id, day,
    cast(sum(events) over so_far as bigint) as events, cast(sum(trials) over so_far as bigint) as trials,
    cast(sum(retained) over so_far as bigint) as retained, cast(sum(adoption) over so_far as bigint) as adoption,
    cast(sum(urgent) over so_far as bigint) as urgent, cast(sum(tickets) over so_far as bigint) as tickets,
    cast(sum(requests) over so_far as bigint) as requests
  from days window so_far as (partition by customer_id order by day);
  create or replace temp table snapshots as
  with marks as (
    select customer_id, plan_tier, signup_date, churn_date, upgrade_date, industry, cast(month as date) - 1 as day
    from raw.customers
    cross join generate_series(date_trunc('month', date '{as_of}' - interval 5 year), date '{as_of}' - 88, interval 1 month) as months(month)
    where (cast(month as date) - 1) >= signup_date + 14 and (churn_date is null or churn_date > (cast(month as date) - 1))
  ), totals as (
    select marks.*, {lags}
    from marks {joins}
  )
  select totals.customer_id, totals.day, signup_date, periods.plan_tier, totals.industry,
    coalesce(churn_date <= totals.day + 90, false) as churns,
    coalesce(upgrade_date <= totals.day + 90, false) as upgrades,
    upgrade_date is not null and upgrade_date <= totals.day as is_upgraded,
    date_diff('day', signup_date, totals.day) as tenure_days,
    periods.mrr,
    events_0 - events_30 as events_last_30d, events_30 - events_60 as events_prev_30d, events_0 - events_7 as events_last_7d,
    events_0 as total_events, retained_0 as retention_signal_count,
    adoption_0 / nullif(events_0, 0) / 10000 as avg_adoption_score,
    (adoption_0 - adoption_30) / nullif(events_0 - events_30, 0) / 10000 as adoption_last_30d,
    trials_0 - trials_30 as premium_feature_trials_30d,
    tickets_0 - tickets_30 as tickets_last_30d, urgent_0 as high_priority_tickets,
    requests_0 - requests_90 as feature_request_tickets_90d,
    date_diff('day', last_day, totals.day) as days_since_last_event
  from totals
  asof left join raw.subscription_periods as periods
    on periods.customer_id = totals.customer_id and periods.valid_from <= totals.day`;

const SUMS = ['events', 'trials', 'retained', 'adoption', 'urgent', 'tickets', 'requests'];
const LAGS = [0, 7, 30, 60, 90];

function renderSnapshots(): string {
  const lags = LAGS.flatMap((lag) => SUMS.map((sum) => `coalesce(lag_${lag}.${sum}, 0) as ${sum}_${lag}`));
  const joins = LAGS.map(
    (lag) => `asof left join activity as lag_${lag}
      on lag_${lag}.customer_id = marks.customer_id and lag_${lag}.day <= marks.day - ${lag}`,
  );
  return SNAPSHOTS.replace('{lags}', `${lags.join(', ')}, lag_0.day as last_day`).replace(
    '{joins}',
    joins.join(' '),
  );
}

const CHURN_FEATURES = [
  ...Object.keys(TARGETS),
  'duration_days',
  'total_events',
  'events_last_7d',
  'days_since_last_event',
  'tickets',
  'tickets_last_30d',
  'mrr',
];

const UPGRADE_FEATURES = [
  'premium_feature_trials_30d',
  'feature_request_tickets_90d',
  'mrr',
  'tenure_days',
  'events_last_30d',
  'total_events',
  'retention_signal_count',
  'adoption_last_30d',
  'tickets_last_30d',
  'high_priority_tickets',
];

/** The area under the ROC curve of one number against a label, from ranks (ties share theirs); the better direction. */
function renderAuc(relation: string, feature: string, label: string): string {
  return `(
    select greatest(auc, 1 - auc) from (
      select (sum(case when label then place end) - count(*) filter (label) * (count(*) filter (label) + 1) / 2)
        / (count(*) filter (label) * count(*) filter (not label)) as auc
      from (
        select cast(${label} as boolean) as label,
          rank() over (order by ${feature}) + (count(*) over (partition by ${feature}) - 1) / 2 as place
        from ${relation} where ${feature} is not null
      )
    )
  ) as ${feature}`;
}

/** Two-sided p-value of a standard normal deviate: 2 (1 − Φ(|z|)), by Abramowitz and Stegun 7.1.26. */
function computeP(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return poly * Math.exp(-x * x);
}

async function fetchNumbers(engine: Engine, sql: string): Promise<Record<string, number>> {
  const [row] = await engine.query(sql);
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
}

/** How usage, tickets and topics change before customers leave. */
function renderBeforeChurn(): string {
  return `
    with tickets as (
      select priority in ('high', 'critical') as is_urgent, topic in ('integration', 'onboarding') as is_early_topic,
        churn_date is not null and created_date >= churn_date - 60 as is_late, churn_date is not null as is_leaver
      from raw.support_tickets inner join features using (customer_id)
    ), days as (
      select sum(least(60, duration_days)) as late, sum(greatest(0, duration_days - 60)) as early
      from features where churn_date is not null
    )
    select
      (select sum(events_last_30d) / sum(events_prev_30d) from features where churn_date is not null and duration_days >= 60)
        as events_ratio,
      (count(*) filter (is_urgent and is_late) / any_value(days.late))
        / (count(*) filter (is_urgent and is_leaver and not is_late) / any_value(days.early)) as tickets_ratio,
      (count(*) filter (is_early_topic and is_late) / count(*) filter (is_late))
        / (count(*) filter (is_early_topic and not is_late) / count(*) filter (not is_late)) as topics_ratio
    from tickets cross join days`;
}

/** Trials of those who upgraded, before they did, against those of customers who could have and did not. */
function renderTrials(): string {
  return `
    with candidates as (
      select customers.customer_id, customers.upgrade_date, upgrade_date is not null as is_upgraded,
        coalesce(upgrade_date, churn_date, date '{as_of}' + 1) as until,
        date_diff('day', signup_date, coalesce(upgrade_date, churn_date, date '{as_of}' + 1)) as days
      from raw.customers where upgrade_date is not null or plan_tier <> 'enterprise'
    ), counted as (
      select candidates.*, count(events.event_id) as trials, count(events.event_id) filter (events.timestamp >= until - 30) as recent
      from candidates left join raw.usage_events as events
        on events.customer_id = candidates.customer_id and event_type = 'premium_feature_trial' and events.timestamp < until
      group by all
    ), ranked as (
      select *, rank() over (order by recent) + (count(*) over (partition by recent) - 1) / 2 as place from counted
    )
    select
      (sum(trials) filter (is_upgraded) / sum(days) filter (is_upgraded))
        / (sum(trials) filter (not is_upgraded) / sum(days) filter (not is_upgraded)) as ratio,
      count(*) filter (is_upgraded) as n, count(*) filter (not is_upgraded) as m, sum(place) filter (is_upgraded) as places
    from ranked`.replaceAll('customers.', '');
}

async function measureCorrelations(engine: Engine, customers: number): Promise<Truth['correlations']> {
  const names = Object.keys(TARGETS) as FeatureName[];
  const found = await fetchNumbers(
    engine,
    `select ${names.map((name) => `corr(${name}, event) as ${name}`).join(', ')} from features`,
  );
  const entries = names.map((name) => {
    const r = found[name] ?? Number.NaN;
    return [name, { r, p: computeP(r * Math.sqrt((customers - 2) / (1 - r * r))) }] as const;
  });
  return Object.fromEntries(entries) as Truth['correlations'];
}

/**
 * Measures a company. The engine's current database has the raw tables, or views of the same names.
 *
 * @param asOf the last day of its history
 */
export async function measureTruth(engine: Engine, asOf: string): Promise<Truth> {
  for (const statement of [FEATURES, renderSnapshots()])
    await engine.execute(statement.replaceAll('{as_of}', asOf));
  const sizes = await fetchNumbers(
    engine,
    'select (select count(*) from features) as customers, (select count(*) from raw.usage_events) as events',
  );
  const tiers = await fetchNumbers(
    engine,
    `select ${['starter', 'growth', 'enterprise'].map((tier) => `avg(event) filter (plan_tier = '${tier}') as ${tier}`).join(', ')} from features`,
  );
  const adoption = await fetchNumbers(
    engine,
    `select avg(cast(churns as integer)) filter (adoption_last_30d < ${LOW_ADOPTION})
       / avg(cast(churns as integer)) filter (adoption_last_30d >= ${LOW_ADOPTION}) as ratio
     from snapshots where plan_tier = 'starter'`,
  );
  const before = await fetchNumbers(engine, renderBeforeChurn());
  const trials = await fetchNumbers(engine, renderTrials().replaceAll('{as_of}', asOf));
  const { n = 0, m = 0, places = 0 } = trials;
  const z = (places - (n * (n + m + 1)) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  const candidates = `(select * from snapshots where not is_upgraded and plan_tier <> 'enterprise')`;
  return {
    customers: sizes['customers'] ?? 0,
    events: sizes['events'] ?? 0,
    correlations: await measureCorrelations(engine, sizes['customers'] ?? 0),
    singleAuc: await fetchNumbers(
      engine,
      `select ${CHURN_FEATURES.map((feature) => renderAuc('features', feature, 'event')).join(', ')}`,
    ),
    churnByTier: [tiers['starter'] ?? 0, tiers['growth'] ?? 0, tiers['enterprise'] ?? 0],
    lowAdoptionRatio: adoption['ratio'] ?? Number.NaN,
    eventsBeforeChurn: before['events_ratio'] ?? Number.NaN,
    ticketsBeforeChurn: before['tickets_ratio'] ?? Number.NaN,
    topicsBeforeChurn: before['topics_ratio'] ?? Number.NaN,
    trialRatio: trials['ratio'] ?? Number.NaN,
    trialsP: computeP(z),
    upgradeAuc: await fetchNumbers(
      engine,
      `select ${UPGRADE_FEATURES.map((feature) => renderAuc(candidates, feature, 'upgrades')).join(', ')}`,
    ),
  };
}
