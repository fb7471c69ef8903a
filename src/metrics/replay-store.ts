import type { Dialect, Engine, Row, Value } from '../engines/index.ts';
import type { Compiler } from '../runner/index.ts';
import type { HealthDefinition } from './health-definition.ts';
import { fetchHealthReceipt, type HealthReceipt } from './health-receipt-store.ts';

/** The bands from the best to the worst; Unknown is a day without a score. */
const BANDS = ['Excellent', 'Stable', 'At Risk', 'Critical', 'Unknown'] as const;

/** The band from which on a customer counts as alerted. */
export const ALERT_BANDS = { stable: 2, at_risk: 3, critical: 4 } as const;
export type AlertBand = keyof typeof ALERT_BANDS;

export interface ReplayPlan {
  readonly health: HealthDefinition;
  readonly asOf: string | undefined;
  readonly band: AlertBand;
  readonly horizonDays: number;
}

/** The same with a day the warehouse has. */
type DatedPlan = ReplayPlan & { readonly asOf: string };

/** A customer whose band would be another one. */
export interface BandChange {
  readonly customerId: string;
  readonly customerName: string;
  readonly mrr: number;
  readonly from: string;
  readonly to: string;
  readonly scoreBefore: number | null;
  readonly scoreAfter: number | null;
}

/** How the alerts of a definition related to later churn. */
export interface AlertRecord {
  /** Month-ends of customers with a contract whose horizon is over, and those of them in an alert. */
  readonly customerMonths: number;
  readonly alertedMonths: number;
  /** Alerted ones whose customer left within the horizon. */
  readonly followedMonths: number;
  readonly precision: number | null;
  /** Customers who left, and those of them who were in an alert on a day of the horizon before. */
  readonly churned: number;
  readonly churnedAlerted: number;
  readonly recall: number | null;
  /** From the first day of the last unbroken alert to the churn date. */
  readonly medianLeadDays: number | null;
  /** Of the score against churn within the horizon, over the customer-months with a score. */
  readonly rocAuc: number | null;
}

export interface ReplayReport {
  readonly asOf: string;
  readonly band: AlertBand;
  readonly horizonDays: number;
  readonly versions: { readonly before: HealthReceipt | null; readonly after: number };
  /** Customers with a contract on the day. */
  readonly customers: number;
  readonly changes: readonly BandChange[];
  readonly customerDays: number;
  readonly changedDays: number;
  /** Customer-days by the band before and after, those that stay included. */
  readonly matrix: readonly { readonly from: string; readonly to: string; readonly days: number }[];
  /** The month-ends whose horizon is over. */
  readonly months: { readonly first: string | null; readonly last: string | null; readonly count: number };
  /** Share of the customer-months that churn followed, alerted or not. */
  readonly baseRate: number | null;
  readonly before: AlertRecord;
  readonly after: AlertRecord;
}

const BAND_RANK = `case health_band when 'Excellent' then 1 when 'Stable' then 2 when 'At Risk' then 3 when 'Critical' then 4 else 5 end`;

/** The models that make the score, in order. */
const MODELS = ['int_customer_health_scores', 'int_health_overrides', 'int_customer_health_days'] as const;

function findModel(compiler: Compiler, name: string): string {
  const node = Object.values(compiler.manifest.nodes).find((candidate) => candidate.name === name);
  return node?.unique_id ?? name;
}

/** The statement that puts every customer-day with both its scores and bands into `replay_days`. */
export function compileReplay(compiler: Compiler, health: HealthDefinition, asOf: string): string {
  const relations = new Map(MODELS.map((name) => [findModel(compiler, name), `replay_${name}`]));
  const changed = MODELS.map((name) => {
    const sql = compiler.compile(findModel(compiler, name), { vars: { health }, relations });
    return `replay_${name} as (${sql})`;
  });
  return `create temporary table replay_days as
    with ${changed.join(',\n    ')},
    present as (
      select customer_id, metric_date, customer_health_score as score, ${BAND_RANK} as band
      from int_customer_health_days where metric_date <= date '${asOf}'
    ),
    changed as (
      select customer_id, metric_date, customer_health_score as score, ${BAND_RANK} as band
      from replay_int_customer_health_days where metric_date <= date '${asOf}'
    )
    select
      customer_id, metric_date, present.score as before_score, present.band as before_band,
      changed.score as after_score, changed.band as after_band
    from present inner join changed using (customer_id, metric_date)`;
}

function nameBand(rank: Value | undefined): string {
  return BANDS[Number(rank) - 1] ?? 'Unknown';
}

function toNumber(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

async function fetchChanges(engine: Engine, asOf: string): Promise<readonly BandChange[]> {
  const rows = await engine.query(
    `select days.customer_id, days.before_band, days.after_band, days.before_score, days.after_score,
       coalesce(profiles.name, days.customer_id) as customer_name, rates.mrr
     from replay_days as days
     inner join int_customer_rates as rates using (customer_id, metric_date)
     left join int_customer_profiles as profiles using (customer_id)
     where metric_date = $1 and before_band <> after_band
     order by greatest(before_band, after_band) = 5, after_band - before_band desc, rates.mrr desc, customer_id`,
    [asOf],
  );
  return rows.map((row) => ({
    customerId: String(row['customer_id']),
    customerName: String(row['customer_name']),
    mrr: Number(row['mrr']),
    from: nameBand(row['before_band']),
    to: nameBand(row['after_band']),
    scoreBefore: toNumber(row['before_score']),
    scoreAfter: toNumber(row['after_score']),
  }));
}

/** Month-ends whose horizon is over, with what followed. One row per customer and month-end. */
function compileSnapshots({ lastDay }: Dialect, { horizonDays, asOf }: DatedPlan): string {
  return `create temporary table replay_snapshots as
    select days.customer_id, days.metric_date, days.before_score, days.before_band, days.after_score, days.after_band,
      coalesce(customers.churn_date <= days.metric_date + ${horizonDays}, false) as is_followed
    from replay_days as days inner join int_customers as customers using (customer_id)
    where days.metric_date = ${lastDay('days.metric_date', 'month')}
      and days.metric_date + ${horizonDays} <= date '${asOf}'
      and coalesce(customers.churn_date > days.metric_date, true)`;
}

type Side = 'before' | 'after';

/** The area under the curve is the share of pairs in which the one who left had the lower score; ties count half. */
function renderPrecision(side: Side, band: AlertBand): string {
  return `with scored as (
      select
        ${side}_score as score,
        count(*) filter (where is_followed) as gone,
        count(*) filter (where not is_followed) as kept
      from replay_snapshots where ${side}_score is not null group by 1
    ),
    placed as (
      select gone, kept, sum(kept) over (order by score desc rows unbounded preceding) - kept as kept_above from scored
    ),
    curve as (
      select sum(gone * (kept_above + kept / 2.0)) / nullif(cast(sum(gone) as double precision) * sum(kept), 0) as auc from placed
    )
    select
      (select auc from curve) as auc,
      count(*) as months,
      count(*) filter (where ${side}_band between ${ALERT_BANDS[band]} and 4) as alerted,
      count(*) filter (where ${side}_band between ${ALERT_BANDS[band]} and 4 and is_followed) as followed
    from replay_snapshots`;
}

/** Unbroken alerts of customers who left: days in a row have one and the same distance to their number. */
function renderRecall(side: Side, { dateDiff }: Dialect, { band, horizonDays, asOf }: DatedPlan): string {
  return `with gone as (
      select customer_id, metric_date, churn_date, ${side}_band as band
      from replay_days inner join int_customers using (customer_id)
      where churn_date <= date '${asOf}' and metric_date < churn_date
    ),
    alerts as (
      select
        customer_id, churn_date, metric_date,
        metric_date - cast(row_number() over (partition by customer_id order by metric_date) as integer) as stretch
      from gone where band between ${ALERT_BANDS[band]} and 4
    ),
    stretches as (
      select customer_id, churn_date, min(metric_date) as first_day, max(metric_date) as last_day
      from alerts group by customer_id, churn_date, stretch
    ),
    leads as (
      select customer_id, ${dateDiff('max(first_day)', 'max(churn_date)', 'day')} as lead_days
      from stretches where last_day >= churn_date - ${horizonDays} group by customer_id
    )
    select
      (select count(distinct customer_id) from gone where metric_date >= churn_date - ${horizonDays}) as churned,
      (select count(*) from leads) as alerted,
      (select percentile_cont(0.5) within group (order by lead_days) from leads) as lead_days`;
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

async function fetchRecord(engine: Engine, side: Side, plan: DatedPlan): Promise<AlertRecord> {
  const [months = {}] = await engine.query(renderPrecision(side, plan.band));
  const [churn = {}] = await engine.query(renderRecall(side, engine.dialect, plan));
  const count = (row: Row, name: string): number => Number(row[name] ?? 0);
  return {
    customerMonths: count(months, 'months'),
    alertedMonths: count(months, 'alerted'),
    followedMonths: count(months, 'followed'),
    precision: divide(count(months, 'followed'), count(months, 'alerted')),
    churned: count(churn, 'churned'),
    churnedAlerted: count(churn, 'alerted'),
    recall: divide(count(churn, 'alerted'), count(churn, 'churned')),
    medianLeadDays: toNumber(churn['lead_days']),
    rocAuc: toNumber(months['auc']),
  };
}

async function fetchMatrix(engine: Engine): Promise<ReplayReport['matrix']> {
  const rows = await engine.query(
    'select before_band, after_band, count(*) as days from replay_days group by before_band, after_band order by before_band, after_band',
  );
  return rows.map((row) => ({
    from: nameBand(row['before_band']),
    to: nameBand(row['after_band']),
    days: Number(row['days']),
  }));
}

async function fetchMonths(
  engine: Engine,
): Promise<ReplayReport['months'] & { readonly rate: number | null }> {
  const [row = {}] = await engine.query(
    `select min(metric_date) as first, max(metric_date) as last, count(distinct metric_date) as months,
       avg(case when is_followed then 1.0 else 0 end) as rate
     from replay_snapshots`,
  );
  const day = (value: Value | undefined): string | null =>
    value === null || value === undefined ? null : String(value);
  return {
    first: day(row['first']),
    last: day(row['last']),
    count: Number(row['months']),
    rate: toNumber(row['rate']),
  };
}

async function fetchLastDay(engine: Engine, asOf: string | undefined): Promise<string> {
  const [row] = await engine.query('select max(metric_date) as day from int_days where metric_date <= $1', [
    asOf ?? '9999-12-31',
  ]);
  return String(row?.['day'] ?? asOf);
}

/**
 * Makes the health scores of a changed definition over all history, and sets them beside those of the warehouse. All is
 * written into temporary tables: the warehouse stays as it is.
 *
 * @throws TenureError QUERY_FAILED
 */
export async function runReplay(engine: Engine, compiler: Compiler, plan: ReplayPlan): Promise<ReplayReport> {
  const asOf = await fetchLastDay(engine, plan.asOf);
  const dated = { ...plan, asOf };
  await engine.execute(compileReplay(compiler, plan.health, asOf));
  await engine.execute(compileSnapshots(engine.dialect, dated));
  const matrix = await fetchMatrix(engine);
  const { rate, ...months } = await fetchMonths(engine);
  const [latest] = await engine.query(
    'select count(*) as customers from replay_days where metric_date = $1',
    [asOf],
  );
  const sum = (entries: typeof matrix): number => entries.reduce((total, { days }) => total + days, 0);
  return {
    asOf,
    band: plan.band,
    horizonDays: plan.horizonDays,
    versions: { before: await fetchHealthReceipt(engine), after: plan.health.version },
    customers: Number(latest?.['customers'] ?? 0),
    changes: await fetchChanges(engine, asOf),
    customerDays: sum(matrix),
    changedDays: sum(matrix.filter(({ from, to }) => from !== to)),
    matrix,
    months,
    baseRate: rate,
    before: await fetchRecord(engine, 'before', dated),
    after: await fetchRecord(engine, 'after', dated),
  };
}
