import { type Engine, openDuckdb } from '../src/engines/index.ts';
import { computeMedian, measureSeconds } from './measurement.ts';

/**
 * Different users active in 30 days, by customer and day: from the stretches of days that each user covers, as the models
 * count them, against the join of every day with the 30 days that end with it. `npx tsx bench/trailing.ts [customers]`;
 * exit code 1 when the stretches are not at least four times as fast, or the results differ.
 */
const customers = Number(process.argv[2] ?? 1000);
const LEAST_RATIO = 4;
const USERS = 18;
const DAYS = 600;

/** A user is there for a while and active on a tenth of those days. */
const USER_DAYS = `
  create table user_days as
  select user_key // ${USERS} as customer_key, user_key, date '2024-01-01' + cast(day as integer) as metric_date
  from range(${customers * USERS}) as users(user_key)
  cross join range(${DAYS}) as days(day)
  where hash(user_key, day) % 10 = 0 and day between hash(user_key) % ${DAYS} and hash(user_key) % ${DAYS} + 150`;

const SPINE = `
  create table spine as
  select customer_key, date '2024-01-01' + cast(day as integer) as metric_date
  from range(${customers}) as customers(customer_key)
  cross join range(${DAYS}) as days(day)`;

const BY_JOIN = `
  create or replace table by_join as
  select spine.customer_key, spine.metric_date, count(distinct user_days.user_key) as users
  from spine
  left join user_days
    on spine.customer_key = user_days.customer_key
    and user_days.metric_date between spine.metric_date - 29 and spine.metric_date
  group by spine.customer_key, spine.metric_date`;

const BY_STRETCHES = `
  create or replace table by_stretches as
  with gaps as (
    select
      customer_key,
      metric_date,
      lag(metric_date) over life as previous_date,
      lead(metric_date) over life as later_date
    from user_days
    window life as (partition by user_key order by metric_date)
  ),
  turns as (
    select customer_key, metric_date, 1 as users
    from gaps
    where previous_date is null or previous_date <= metric_date - 30
    union all
    select customer_key, metric_date + 30, -1
    from gaps
    where later_date is null or later_date >= metric_date + 30
  ),
  changes as (
    select customer_key, metric_date, cast(sum(users) as integer) as users
    from turns
    group by customer_key, metric_date
  )
  select
    spine.customer_key,
    spine.metric_date,
    cast(sum(cast(coalesce(changes.users, 0) as double)) over (
      partition by spine.customer_key order by spine.metric_date rows unbounded preceding
    ) as bigint) as users
  from spine
  left join changes on spine.customer_key = changes.customer_key and spine.metric_date = changes.metric_date`;

async function fetchCount(engine: Engine, sql: string): Promise<number> {
  const [row] = await engine.query(`select count(*) as n from ${sql}`);
  return Number(row?.['n']);
}

const engine = await openDuckdb({ path: ':memory:' });
await engine.execute(USER_DAYS);
await engine.execute(SPINE);
const [joins, stretches]: [number[], number[]] = [[], []];
for (let run = 0; run < 3; run += 1) {
  joins.push(await measureSeconds(() => engine.execute(BY_JOIN)));
  stretches.push(await measureSeconds(() => engine.execute(BY_STRETCHES)));
}
const userDays = await fetchCount(engine, 'user_days');
const days = await fetchCount(engine, 'spine');
const different = await fetchCount(
  engine,
  `(select customer_key, metric_date from by_join full join by_stretches using (customer_key, metric_date)
    where by_join.users is distinct from by_stretches.users)`,
);
const active = await fetchCount(engine, '(select 1 from by_join where users > 1)');
await engine.close();

const ratio = computeMedian(joins) / computeMedian(stretches);
console.log(`${userDays} days of users, ${days} days of customers, ${active} of them with several users`);
console.log(`join      ${computeMedian(joins).toFixed(2)} s`);
console.log(`stretches ${computeMedian(stretches).toFixed(2)} s`);
console.log(`${ratio.toFixed(1)} × as fast (at least ${LEAST_RATIO}), ${different} days differ`);
if (ratio < LEAST_RATIO || different > 0) process.exitCode = 1;
