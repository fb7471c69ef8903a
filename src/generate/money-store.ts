import { quoteLiteral } from '../base/index.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';
import { TIER_NAMES } from './product.ts';
import { byTier } from './traits-store.ts';

/** Days on which a customer's contract changes: upgrades from its life, renewals by the calendar, seats by its mood. */
function renderChangeDays(context: GeneratorContext): string {
  const { plan, chance } = context;
  const { money } = PARAMETERS;
  return `
    select customer_no, signup_day as day_no, 1 as weight, 'new' as change from scratch.traits
    union all
    select customer_no, cast(upgrade_day as integer), 2, 'upgrade' from scratch.ends where upgrade_day >= 0
    union all
    select traits.customer_no, renewals.day_no, 3, 'renewal'
    from (
      select customer_no, date_diff('day', date '${plan.asOf}' - ${plan.days},
        cast(signup_date + to_years(cast(year_no as integer)) as date))::integer as day_no
      from scratch.traits cross join range(1, ${plan.days} // 365 + 1) as years(year_no)
      where is_yearly
    ) as renewals
    inner join scratch.traits as traits using (customer_no)
    inner join scratch.ends as ends using (customer_no)
    where renewals.day_no <= ${plan.days} and (ends.churn_day < 0 or renewals.day_no < ends.churn_day)
    union all
    select customer_no, day_no, 4,
      case when draw < exp(${money.expansion} + ${money.expansionByEngagement} * e) then 'expansion' else 'contraction' end
    from (
      select days.*, churn_day, ${chance.unit('hd', 'seats')} as draw
      from scratch.days as days inner join scratch.ends as ends using (customer_no)
    )
    where k >= 30 and day_no <> churn_day and (
      draw < exp(${money.expansion} + ${money.expansionByEngagement} * e)
      or draw > 1 - exp(${money.contraction} + ${money.contractionByDisengagement} * g)
    )`;
}

/** Monthly price in cents after a change, from the one before; whole dollars, within the limits of the tier. */
function renderPrice(): string {
  const { floors, ceilings } = PARAMETERS.money;
  const [floor, ceiling] = [byTier(floors, 'next.tier'), byTier(ceilings, 'next.tier')];
  return `cast(least(${ceiling}, greatest(${floor}, case next.change
      when 'upgrade' then greatest(priced.mrr * 1.35, ${floor} * (1 + 0.6 * next.draw))
      when 'renewal' then priced.mrr * (1.02 + 0.05 * next.draw)
      when 'expansion' then priced.mrr * (1.08 + 0.22 * next.draw)
      else priced.mrr * (0.75 + 0.2 * next.draw)
    end)) as bigint)`;
}

/**
 * `scratch.changes`: one row per customer and day on which its contract begins or changes, with the price from then
 * on. When two changes fall on one day, the one of lower weight stands.
 */
async function writeChanges(context: GeneratorContext): Promise<void> {
  const { floors, ceilings } = PARAMETERS.money;
  const firstPrice = `cast(${byTier(floors)} * exp((0.05 + 0.75 * draw) * ln(${byTier(ceilings)} / ${byTier(floors)})) as bigint)`;
  await context.engine.execute(`
    create table scratch.change_days as
    with ranked as (
      select *, row_number() over (partition by customer_no, day_no order by weight) as place
      from (${renderChangeDays(context)})
    ), numbered as (
      select customer_no, day_no, change,
        cast(row_number() over (partition by customer_no order by day_no) as integer) as change_no,
        cast(sum(case change when 'upgrade' then 1 else 0 end) over (partition by customer_no order by day_no) as integer) as steps
      from ranked where place = 1
    )
    select numbered.customer_no, day_no, change, change_no, traits.tier + steps as tier,
      ${context.chance.unit(context.chance.subkey('h', 'change_no + 2000000'), 'price')} as draw, traits.is_yearly, traits.signup_date
    from numbered inner join scratch.traits as traits using (customer_no)
    order by customer_no, day_no;
    create table scratch.changes as
    with recursive priced as (
      select customer_no, day_no, change, change_no, tier, is_yearly, signup_date, ${firstPrice} as mrr, 0::bigint as previous
      from scratch.change_days where change_no = 1
      union all
      select next.customer_no, next.day_no, next.change, next.change_no, next.tier, next.is_yearly, next.signup_date,
        ${renderPrice()}, priced.mrr
      from priced inner join scratch.change_days as next
        on next.customer_no = priced.customer_no and next.change_no = priced.change_no + 1
    ), dated as (
      select *, date '${context.plan.asOf}' - ${context.plan.days} + day_no as day from priced
    ), termed as (
      select *, case when is_yearly then date_diff('year', signup_date, day)
        - cast(cast(signup_date + to_years(cast(date_diff('year', signup_date, day) as integer)) as date) > day as integer) end as term
      from dated
    )
    select customer_no, change_no, day, change, tier, mrr * 100 as mrr_cents, previous * 100 as previous_cents,
      cast(signup_date + to_years(cast(term as integer)) as date) as term_start,
      cast(signup_date + to_years(cast(term + 1 as integer)) as date) - 1 as term_end
    from termed
    order by customer_no, change_no`);
}

/** `scratch.accounts`: one row per customer, with where its contract began and where it stands. */
async function writeAccounts(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  const start = `date '${plan.asOf}' - ${plan.days}`;
  const zones = [
    'America/New_York',
    'America/Chicago',
    'America/Los_Angeles',
    'Europe/London',
    'Europe/Berlin',
  ];
  const list = [...zones, 'Europe/Stockholm', 'Asia/Singapore', 'Australia/Sydney'];
  await engine.execute(`
    create table scratch.accounts as
    with spans as (
      select customer_no, max(change_no) as last_no from scratch.changes group by customer_no
    )
    select traits.customer_no, traits.customer_id, traits.h, traits.signup_date,
      case when ends.churn_day >= 0 then ${start} + cast(ends.churn_day as integer) end as churn_date,
      case when ends.upgrade_day >= 0 then ${start} + cast(ends.upgrade_day as integer) end as upgrade_date,
      traits.tier as first_tier, last.tier, first.mrr_cents as first_mrr_cents, last.mrr_cents,
      traits.is_yearly, traits.size, traits.fit, companies.name,
      ['${list.join("', '")}'][1 + ${chance.pick('traits.h', 'time zone', list.length)}] as timezone
    from scratch.traits as traits
    inner join scratch.ends as ends using (customer_no)
    inner join spans using (customer_no)
    inner join scratch.changes as first on first.customer_no = traits.customer_no and first.change_no = 1
    inner join scratch.changes as last on last.customer_no = traits.customer_no and last.change_no = spans.last_no
    inner join scratch.companies as companies on companies.company_no = traits.customer_no - 1
    order by traits.customer_no`);
}

/** The contracts of all customers: `raw.subscription_periods`, and the scratch tables `changes` and `accounts`. */
export async function writeContracts(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  await writeChanges(context);
  await writeAccounts(context);
  await engine.execute(`
    insert into raw.subscription_periods by name
    select
      ${chance.uuid('changes.customer_no', 'subscription')} as subscription_id,
      changes.day as valid_from,
      accounts.customer_id,
      [${TIER_NAMES.map(quoteLiteral).join(', ')}][changes.tier] as plan_tier,
      case when accounts.is_yearly then 'year' else 'month' end as billing_interval,
      cast(greatest(1, round(changes.mrr_cents / 100 / [45, 60, 80][changes.tier])) as integer) as seats,
      changes.mrr_cents::decimal(14, 0) / 100 as mrr,
      coalesce(
        lead(changes.day) over (partition by changes.customer_no order by changes.change_no), accounts.churn_date
      ) as valid_to,
      changes.term_start,
      changes.term_end,
      case changes.change when 'upgrade' then 'expansion' else changes.change end as change_type,
      ${stamp}
    from scratch.changes as changes
    inner join scratch.accounts as accounts using (customer_no)
    order by changes.customer_no, changes.change_no`);
}
