import type { GeneratorContext } from './generator.ts';
import { renderHolder } from './team-store.ts';

const RENEWALS = {
  /** Days before the end of a term on which its renewal is opened. */
  openDays: 90,
};

const EXPANSIONS = {
  /** Per day, for a customer who may move up: e^(base + byAppetite × appetite); a constant for all others. */
  base: -6.9,
  byAppetite: 0.45,
  others: -7.6,
  /** First day of life on which one is opened. */
  fromDay: 21,
  /** Days from opening to the planned closing: from the first to the second. */
  closingDays: [20, 90],
  /** What is expected from one, as a share of the year's price: at least, and how much more. */
  worth: [0.12, 0.38],
} as const;

/** Estimates are in whole steps of so many cents. */
export const STEP = 10_000;

/** Working hours, in seconds of the day; deals are closed in the afternoon. */
const OPENS = 9 * 3600;
const OPEN_SECONDS = 8 * 3600;
const CLOSES = 13 * 3600;
const CLOSE_SECONDS = 4 * 3600;

/** A time in the working hours of a day. */
export function renderWorkingTime(day: string, uniform: string): string {
  return `at_time(${day}, ${OPENS} + floor(${OPEN_SECONDS} * ${uniform}))`;
}

function renderClosing(day: string, uniform: string): string {
  return `at_time(${day}, ${CLOSES} + floor(${CLOSE_SECONDS} * ${uniform}))`;
}

/** New business: one deal per lead that sales took on; it is won on the day of signup. */
function renderNewBusiness({ plan }: GeneratorContext): string {
  const last = `timestamptz '${plan.asOf} 23:59:59+00'`;
  return `
    select 1 as kind_no, 'new_business' as kind, lead_no::bigint as source_no, opp_id, customer_no, lead_id,
      sql_at as created_at, closes_at as planned_at, case when closes_at <= ${last} then closes_at end as closed_at,
      is_won as is_sure, is_won and closes_at <= ${last} as is_won,
      12 * mrr_cents as expected_cents, 12 * mrr_cents as won_cents
    from scratch.leads where sql_at <= ${last}`;
}

/**
 * `scratch.renewals`: one row per yearly term whose end came into view. Expected is the price of the day of opening;
 * won, that of the day of renewal. A customer who leaves loses it on that day.
 */
async function writeRenewals({ engine, plan, chance }: GeneratorContext): Promise<void> {
  const years = Math.ceil((plan.days + RENEWALS.openDays + 1) / 365);
  await engine.execute(`
    create table scratch.renewals as
    with terms as (
      select customer_no, churn_date, customer_no::bigint * 16 + year_no as source_no,
        cast(signup_date + to_years(cast(year_no as integer)) as date) as due
      from scratch.accounts cross join range(1, ${years} + 1) as years(year_no)
      where is_yearly
    ), opened as (
      select *, due - ${RENEWALS.openDays + 1} as opened, least(due, coalesce(churn_date, due)) as end_day,
        churn_date is null or churn_date > due as is_kept, ${chance.key('source_no', 'renewal')} as h
      from terms
    ), seen as (
      select * from ${chance.withDraws('opened', 'h', ['opening+closing'])}
      where opened <= date '${plan.asOf}' and (churn_date is null or churn_date > opened)
    )
    select seen.source_no, ${chance.uuid('seen.source_no', 'renewal')} as opp_id, seen.customer_no,
      ${renderWorkingTime('seen.opened', 'seen.u_opening')} as created_at,
      ${renderClosing('seen.due', 'seen.u_closing')} as planned_at,
      case when seen.end_day <= date '${plan.asOf}'
        then ${renderClosing('seen.end_day', 'seen.u_closing')} end as closed_at,
      true as is_sure,
      seen.is_kept and seen.due <= date '${plan.asOf}' as is_won,
      12 * before.mrr_cents as expected_cents,
      12 * after.mrr_cents as won_cents
    from seen
    asof join scratch.changes as before on before.customer_no = seen.customer_no and seen.opened >= before.day
    asof join scratch.changes as after on after.customer_no = seen.customer_no and seen.due >= after.day
    order by seen.source_no`);
}

/** Days on which somebody sees a chance to sell more, with no other such day in the time one is worked on. */
function renderChances({ plan, chance }: GeneratorContext): string {
  const { base, byAppetite, others, fromDay, closingDays } = EXPANSIONS;
  const [soonest, latest] = closingDays;
  const hazard = `exp(${base} + ${byAppetite} * q)`;
  return `
    candidates as (
      select customer_no, day_no, tier, q, hd, u_chance
      from ${chance.withDraws('(select customer_no, day_no, k, tier, q, hd from scratch.days)', 'hd', ['chance'])}
      where k >= ${fromDay} and u_chance < greatest(${hazard}, exp(${others}))
    ), seen as (
      select candidates.*
      from candidates inner join scratch.ends as ends using (customer_no)
      where u_chance < case
        when tier < 3 and (upgrade_day < 0 or upgrade_day > candidates.day_no) then ${hazard} else exp(${others}) end
    ), spaced as (
      select *, coalesce(day_no - lag(day_no) over (partition by customer_no order by day_no), 9999) as gap from seen
    ), chances as (
      select customer_no, customer_no::bigint * 4096 + day_no as source_no, u_opening, u_hour, u_worth,
        date '${plan.asOf}' - ${plan.days} + day_no as opened,
        date '${plan.asOf}' - ${plan.days} + day_no + ${soonest}
          + cast(floor(u_planned * ${latest - soonest + 1}) as integer) as planned
      from ${chance.withDraws('spaced', 'hd', ['opening+hour', 'planned+worth'])}
      where gap > ${latest}
    )`;
}

/**
 * `scratch.expansions`: one row per attempt to sell a customer more, opened by the appetite of the day alone and
 * planned to close by a draw. It is won when the customer's price goes up before that, on that very day.
 */
async function writeExpansions(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  const [least, more] = EXPANSIONS.worth;
  await engine.execute(`
    create table scratch.expansions as
    with ${renderChances(context)}, won as (
      select chances.source_no, min(changes.change_no) as change_no
      from chances inner join scratch.changes as changes
        on changes.customer_no = chances.customer_no and changes.day > chances.opened and changes.day <= chances.planned
      where changes.change in ('upgrade', 'expansion') and changes.mrr_cents > changes.previous_cents
      group by chances.source_no
    ), ended as (
      select chances.*, rises.day is not null as is_won, 12 * (rises.mrr_cents - rises.previous_cents) as won_cents,
        coalesce(rises.day, least(chances.planned, coalesce(accounts.churn_date, chances.planned))) as end_day
      from chances
      inner join scratch.accounts as accounts using (customer_no)
      left join won using (source_no)
      left join scratch.changes as rises
        on rises.customer_no = chances.customer_no and rises.change_no = won.change_no
    )
    select ended.source_no, ${chance.uuid('ended.source_no', 'expansion')} as opp_id, ended.customer_no,
      ${renderWorkingTime('ended.opened', 'ended.u_opening')} as created_at,
      ${renderClosing('ended.planned', 'ended.u_hour')} as planned_at,
      case when ended.end_day <= date '${plan.asOf}'
        then ${renderClosing('ended.end_day', 'ended.u_hour')} end as closed_at,
      false as is_sure,
      ended.is_won,
      cast(round(12 * prices.mrr_cents * (${least} + ${more} * ended.u_worth) / ${STEP}) as bigint)
        * ${STEP} as expected_cents,
      ended.won_cents
    from ended
    asof join scratch.changes as prices on prices.customer_no = ended.customer_no and ended.opened >= prices.day
    order by ended.source_no`);
}

/**
 * `scratch.deals`: one row per opportunity that was opened by the end of the history, in that order. `planned_at` is
 * when it is to close, `closed_at` when it did, `until_at` up to when it was worked on. `is_sure` says that it goes
 * through all stages unless something comes in between. Its seat in sales is one of those open at its opening; the
 * owner is who sat there in the end.
 */
export async function writeDeals(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  await writeRenewals(context);
  await writeExpansions(context);
  await engine.execute(`
    create table scratch.deals as
    with deals as (
      ${renderNewBusiness(context)}
      union all by name select 2 as kind_no, 'renewal' as kind, * from scratch.renewals
      union all by name select 3 as kind_no, 'expansion' as kind, * from scratch.expansions
    ), numbered as (
      select * exclude (kind_no, source_no),
        cast(row_number() over (order by created_at, kind_no, source_no) as integer) as deal_no,
        cast(created_at as date) as created_day,
        cast(planned_at as date) as planned_day,
        cast(closed_at as date) as closed_day
      from deals
    ), keyed as (
      select *, ${chance.key('deal_no', 'deal')} as h from numbered
    ), seated as (
      select keyed.* exclude (u_sales, u_development), accounts.customer_id,
        coalesce(closed_day, date '${plan.asOf}') as last_day,
        least(closed_at, at_time(accounts.churn_date, -1), timestamptz '${plan.asOf} 23:59:59+00') as until_at,
        cast(floor(keyed.u_sales * sales.seats) as integer) as ae_seat,
        cast(floor(keyed.u_development * development.seats) as integer) as sdr_seat
      from ${chance.withDraws('keyed', 'h', ['sales', 'development'])} as keyed
      inner join scratch.openings as sales on sales.role = 'ae' and sales.day = keyed.created_day
      inner join scratch.openings as development on development.role = 'sdr' and development.day = keyed.created_day
      left join scratch.accounts as accounts using (customer_no)
    )
    select seated.* exclude (last_day), holders.member_id as owner_id, holders.rep_name as owner_name
    from seated ${renderHolder({ role: "'ae'", seat: 'seated.ae_seat', day: 'seated.last_day' })}
    order by deal_no`);
}
