/**
 * The milestones of the shipped pack and of the test's own definitions, worked out over the raw tables: another way to the
 * same rows. Each query returns customer_id, occurrence, achieved_at; `name` is that of the definition.
 */
export interface Oracle {
  readonly name: string;
  readonly sql: string;
}

/** The running total of events, and the first event at which it reaches each threshold. */
function sumUp(events: string, thresholds: readonly number[]): string {
  return `with events as (${events}),
    running as (
      select customer_id, moment, sum(amount) over (partition by customer_id order by moment, id rows unbounded preceding) as total
      from events
    )
    select customer_id, threshold::varchar as occurrence, min(moment) as achieved_at
    from running, (select unnest([${thresholds.join(', ')}]) as threshold)
    where total >= threshold group by all`;
}

function countGoals(types: readonly string[]): string {
  const list = types.map((type) => `'${type}'`).join(', ');
  return `select customer_id, row_number() over (partition by customer_id order by achieved_at, goal_id)::varchar as occurrence, achieved_at
    from raw.success_goals where goal_type in (${list}) and achieved_at is not null`;
}

function firstOf(query: string): string {
  return `from (${query}) where occurrence = '1'`;
}

const STATE = `(select customer_id, max(coalesce(valid_to, date '2999-01-01')) as ends_on from raw.subscription_periods group by 1)`;

/** Only customers that had not left: a subscription that ends by as_of and none after it. */
export function keepBeforeLeaving(sql: string, asOf: string): string {
  return `select found.* from (${sql}) as found
    inner join ${STATE} as state on found.customer_id = state.customer_id
    where (state.ends_on > date '${asOf}' or found.achieved_at < state.ends_on) and found.achieved_at < date '${asOf}' + 1`;
}

const CORE_USES = `select customer_id, feature_id, timestamp::date as day, count(*) as uses
  from raw.usage_events semi join (from raw.features where category = 'core') as core using (feature_id)
  where timestamp::date >= (select signup_date - 366 from raw.customers where customers.customer_id = usage_events.customer_id)
  group by all`;

const RANKS = `(values ('free', 0), ('starter', 1), ('growth', 2), ('enterprise', 3)) as ranks(tier, rank)`;

/** Days on which every core feature of the plan was used three times within 30 days. */
const FULL_ADOPTION = `with uses as (${CORE_USES}),
  days as (select unnest(generate_series(date '2024-03-14', date '2026-03-14', interval 1 day))::date as day),
  plans as (
    select days.day, periods.customer_id, rank from days
    inner join raw.subscription_periods as periods
      on periods.valid_from <= days.day and coalesce(periods.valid_to, date '2999-01-01') > days.day
    inner join ${RANKS} on periods.plan_tier = ranks.tier
  ),
  entitled as (
    select plans.customer_id, plans.day, features.feature_id from plans
    inner join raw.features on features.category = 'core' and features.released_at::date <= plans.day
      and coalesce(features.retired_at::date, date '2999-01-01') > plans.day
    inner join ${RANKS} on features.min_plan_tier = ranks.tier and ranks.rank <= plans.rank
  ),
  met as (
    select entitled.customer_id, entitled.day, entitled.feature_id, coalesce(sum(uses.uses), 0) >= 3 as is_adopted
    from entitled left join uses
      on entitled.customer_id = uses.customer_id and entitled.feature_id = uses.feature_id
      and uses.day between entitled.day - 29 and entitled.day
    group by all
  )
  select customer_id, '1' as occurrence, min(day)::timestamptz as achieved_at from (
    select customer_id, day from met group by all having bool_and(is_adopted)
  ) group by customer_id`;

const ACTIVE = `select distinct customer_id, user_id, day from (
    select customer_id, user_id, started_at::date as day from raw.product_sessions where platform <> 'api'
    union all select customer_id, user_id, timestamp::date from raw.usage_events where event_type <> 'api_call'
  ) where user_id is not null`;

/** Days with at least so many people active within 30 days; `hold` of them in a row. */
function activeUsers(threshold: number, hold: number): string {
  return `with active as (${ACTIVE}),
    days as (select unnest(generate_series(date '2024-03-14', date '2026-03-14', interval 1 day))::date as day),
    counts as (
      select active.customer_id, days.day, count(distinct active.user_id) as users from active
      inner join days on active.day between days.day - 29 and days.day
      inner join raw.customers on active.customer_id = customers.customer_id and days.day >= customers.signup_date
      group by all
    ),
    runs as (
      select customer_id, day, (
        select count(*) from counts as before
        where before.customer_id = counts.customer_id and before.users >= ${threshold}
          and before.day between counts.day - ${hold - 1} and counts.day
      ) as held
      from counts
    )
    select customer_id, '${threshold}' as occurrence, min(day)::timestamptz as achieved_at
    from runs where held = ${hold} group by customer_id`;
}

const ANNIVERSARIES = `select customer_id, years::varchar as occurrence,
    timezone(coalesce(timezone, 'UTC'), (signup_date + to_years(years))::timestamp) as achieved_at
  from raw.customers, (select unnest([1, 2, 3, 5, 10]) as years)`;

const CONNECTS = `select customer_id, feature_id, min(timestamp) as moment from raw.usage_events
  where event_type = 'integration_connect' group by all`;

const ALL_INTEGRATIONS = `with connects as (${CONNECTS}),
  plans as (
    select connects.*, rank from connects inner join raw.subscription_periods as periods
      on connects.customer_id = periods.customer_id and periods.valid_from <= connects.moment::date
      and coalesce(periods.valid_to, date '2999-01-01') > connects.moment::date
    inner join ${RANKS} on periods.plan_tier = ranks.tier
  ),
  shares as (
    select plans.customer_id, plans.moment, count(*) as offered,
      count(*) filter (where exists (
        from connects where connects.customer_id = plans.customer_id and connects.feature_id = features.feature_id and connects.moment <= plans.moment
      )) as connected
    from plans inner join raw.features on features.category = 'integration' and features.released_at <= plans.moment
      and coalesce(features.retired_at > plans.moment, true)
    inner join ${RANKS} on features.min_plan_tier = ranks.tier and ranks.rank <= plans.rank
    group by plans.customer_id, plans.moment
  )
  select customer_id, '1' as occurrence, min(moment) as achieved_at from shares where connected = offered group by customer_id`;

const MRR_STEPS = `with states as (
    select customer_id, valid_from, mrr, row_number() over (partition by customer_id order by valid_from) as place
    from raw.subscription_periods where change_type <> 'churn'
  )
  select customer_id, step::varchar as occurrence, min(valid_from)::timestamptz as achieved_at
  from states, (select unnest([5000, 10000, 25000, 50000, 100000]) as step)
  where mrr >= step and not exists (
    from states as first where first.customer_id = states.customer_id and first.place = 1 and first.mrr >= step
  ) group by all`;

const API_CALLS = `select customer_id, timestamp as moment, event_id as id, coalesce(quantity, 1) as amount
  from raw.usage_events where event_type = 'api_call'`;
const USERS = 'select customer_id, created_at as moment, user_id as id, 1 as amount from raw.users';

/** The shipped pack. */
export const PACK_ORACLES: readonly Oracle[] = [
  { name: 'Anniversary', sql: ANNIVERSARIES },
  { name: 'API calls', sql: sumUp(API_CALLS, [10_000, 100_000, 1_000_000, 10_000_000]) },
  { name: 'Users', sql: sumUp(USERS, [10, 50, 100, 500, 1000]) },
  { name: 'Active users', sql: activeUsers(100, 1) },
  {
    name: 'First integration',
    sql: `select customer_id, '1' as occurrence, min(moment) as achieved_at from (${CONNECTS}) group by all`,
  },
  { name: 'All integrations', sql: ALL_INTEGRATIONS },
  { name: 'Full feature adoption', sql: FULL_ADOPTION },
  { name: 'Certification', sql: firstOf(countGoals(['certification'])) },
  { name: 'ROI achieved', sql: firstOf(countGoals(['roi'])) },
  { name: 'Success goal met', sql: countGoals(['kpi', 'custom']) },
  {
    name: 'First expansion',
    sql: `select customer_id, '1' as occurrence, min(valid_from)::timestamptz as achieved_at
      from raw.subscription_periods where change_type = 'expansion' group by all`,
  },
  { name: 'MRR', sql: MRR_STEPS },
];

/** The definitions of `own-definitions.yml`. */
export const OWN_ORACLES: readonly Oracle[] = [
  {
    name: 'Half years',
    sql: `select customer_id, months::varchar as occurrence,
        timezone(coalesce(timezone, 'UTC'), (signup_date + to_months(months))::timestamp) as achieved_at
      from raw.customers, (select unnest([6, 12, 18, 24]) as months)`,
  },
  {
    name: 'Every 20,000 API calls',
    sql: sumUp(
      API_CALLS,
      Array.from({ length: 80 }, (_, index) => 20_000 * (index + 1)),
    ),
  },
  { name: 'Active for a week', sql: activeUsers(12, 7) },
  {
    name: 'Busy month',
    sql: `with daily as (
        select customer_id, timestamp::date as day, sum(coalesce(quantity, 1)) as calls from raw.usage_events
        where event_type = 'api_call' group by all
      )
      select customer_id, '9000' as occurrence, min(day)::timestamptz as achieved_at from (
        select customer_id, day, sum(calls) over (partition by customer_id order by day range between interval 27 day preceding and current row) as calls
        from daily
      ) where calls >= 9000 group by all`,
  },
  {
    name: 'Team answers',
    sql: `select customer_id, '3' as occurrence, min(day)::timestamptz as achieved_at from (
        select customer_id, responded_at::date as day, count(*) over (partition by customer_id order by responded_at::date) as n
        from raw.survey_responses where responded_at is not null and customer_id is not null
      ) where n >= 3 group by all`,
  },
  {
    name: 'Enterprise expansion',
    sql: `select customer_id, '1' as occurrence, min(valid_from)::timestamptz as achieved_at
      from raw.subscription_periods where change_type = 'expansion' group by all
      having arg_min(plan_tier, valid_from) = 'enterprise'`,
  },
];
