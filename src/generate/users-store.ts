import type { Chance } from './chance-store.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';

/** Users of one customer that can be told apart. */
const MOST_USERS = 4096;

/** A number of its own for each user of each customer, without looking it up. */
export function renderUserNumber(customerNo: string, userNo: string): string {
  return `(${customerNo}::bigint * ${MOST_USERS} + ${userNo})`;
}

/** The id of a user, from its number. */
export function renderUserId(chance: Chance, userNumber: string): string {
  return chance.shortId('u', userNumber, 'user');
}

/**
 * `raw.users` and, for what users do, `scratch.users` (customer_no, user_no, user_id). Users are numbered as they are
 * made; who leaves is the earliest but the first. The first is there before the first session; all others are made in
 * the evening of the day on which they were invited, and come from the next day on.
 */
export async function writeUsers(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const { users } = PARAMETERS;
  const last = `timestamptz '${plan.asOf} 23:59:59+00'`;
  await engine.execute(`
    create table scratch.joined as
    select customer_no, users_created - users_new + cast(unnest(range(1, users_new + 1)) as integer) as user_no, day, k, e
    from scratch.days where users_new > 0;
    create table scratch.left_users as
    select customer_no, users_gone + 1 as user_no, day from scratch.days where users_leaving = 1;
    create table scratch.users as
    with numbered as (
      select joined.*, row_number() over (order by joined.day, joined.customer_no, user_no) as person from scratch.joined as joined
    )
    select
      numbered.customer_no,
      numbered.user_no,
      person,
      ${renderUserId(chance, renderUserNumber('numbered.customer_no', 'numbered.user_no'))} as user_id,
      ${chance.key('person', 'user')} as h,
      numbered.day as created_day,
      left_users.day as left_day,
      numbered.e
    from numbered
    left join scratch.left_users as left_users
      on left_users.customer_no = numbered.customer_no and left_users.user_no = numbered.user_no
    order by person;
    insert into raw.users by name
    with drawn as (
      select users.*, traits.customer_id, ends.churn_day,
        at_time(created_day, case when user_no = 1 then 18000 else 74700 end + floor(3600 * ${chance.unit('users.h', 'created')}))
          as created_at,
        -ln(${chance.unit('users.h', 'delay')}) * ${users.activationDays * 86_400} as delay,
        ${chance.unit('users.h', 'activates')} < 1 / (1 + exp(-(${users.activationBase} + ${users.activationByEngagement} * e)))
          as activates,
        coalesce(
          at_time(left_day, 64800),
          case when churn_day >= 0 then at_time(date '${plan.asOf}' - ${plan.days} + churn_day, 86399) end
        ) as deactivated_at
      from scratch.users as users
      inner join scratch.traits as traits using (customer_no)
      inner join scratch.ends as ends using (customer_no)
    ), timed as (
      select *, case when activates then created_at + to_seconds(cast(300 + delay as bigint)) end as activated_at from drawn
    )
    select
      user_id,
      customer_id,
      case
        when user_no = 1 then 'owner'
        when ${chance.unit('h', 'role')} < 0.15 then 'admin'
        when ${chance.unit('h', 'role')} < 0.85 then 'member'
        else 'auditor'
      end as role,
      created_at,
      case when activated_at < least(coalesce(deactivated_at, ${last}), ${last}) then activated_at end as activated_at,
      deactivated_at,
      ${stamp}
    from timed
    order by person`);
}
