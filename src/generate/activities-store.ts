import { renderWorkingTime } from './deals-store.ts';
import type { GeneratorContext } from './generator.ts';
import { renderHolder } from './team-store.ts';

const ACTIVITIES = {
  /** Contacts planned for a deal: at least, and up to how many more. */
  perDeal: [4, 7],
  /** One in so many of them, the first, is made by sales development when the business is new. */
  developmentPart: 3,
  /** Share of the months of its life in which a csm talks to a customer, by tier: quarterly to monthly. */
  monthly: [0.36, 0.6, 1],
  /** Share of the quarters with a business review, by tier. */
  reviews: [0, 0.5, 0.85],
  /** Share of contacts by which more is to be sold. */
  expansionShare: 0.12,
  /** Days of a contract year from which talks are about its renewal. */
  renewalFrom: 300,
  /** Shares of first months, years and upgrades that are celebrated. */
  celebrated: { month: 0.25, year: 0.75, upgrade: 0.85 },
} as const;

const CONTACT_DRAWS = ['type', 'outcome+length'] as const;

/** Kinds of contact with their shares, by the occasion. */
const TYPES = {
  prospecting: { email: 0.4, call: 0.35, meeting: 0.25 },
  deal: { email: 0.38, call: 0.25, meeting: 0.32, in_app: 0.05 },
  customer: { email: 0.4, call: 0.22, meeting: 0.23, in_app: 0.15 },
  celebration: { email: 0.5, in_app: 0.3, call: 0.2 },
};

const OUTCOMES = {
  call: { 'no answer': 0.25, voicemail: 0.13, connected: 0.62 },
  email: { sent: 0.55, replied: 0.45 },
  meeting: { 'no show': 0.08, rescheduled: 0.1, held: 0.82 },
  in_app: { seen: 0.6, 'not seen': 0.4 },
  qbr: { rescheduled: 0.06, held: 0.94 },
};

/** One of several names by their shares and a uniform column: the last takes what is left. */
function renderShared(shares: Readonly<Record<string, number>>, uniform: string): string {
  let sum = 0;
  const names = Object.keys(shares);
  const cases = Object.entries(shares).map(([name, share], index) => {
    sum += share;
    return index === names.length - 1
      ? `else '${name}'`
      : `when ${uniform} < ${sum.toFixed(3)} then '${name}'`;
  });
  return `case ${cases.join(' ')} end`;
}

/** Saturdays and Sundays become the Friday before, or the Monday after. */
function renderWorkday(day: string, towards: 'before' | 'after'): string {
  return towards === 'before'
    ? `(${day} - cast(greatest(0, isodow(${day}) - 5) as integer))`
    : `(${day} + cast(case when isodow(${day}) > 5 then 8 - isodow(${day}) else 0 end as integer))`;
}

/**
 * Contacts about deals, the first on the day of opening, over the time a deal is planned to take; one that ends before
 * has fewer.
 */
function renderDealContacts({ chance }: GeneratorContext): string {
  const [least, more] = ACTIVITIES.perDeal;
  const parted = `(
    select *, ${chance.key('slot', 'activity')} as hc
    from (select *, deal_no::bigint * 16 + part as slot from (select *, unnest(range(parts)) as part
      from (select *, ${least} + cast(floor(u_contacts * ${more}) as integer) as parts
        from ${chance.withDraws('scratch.deals', 'h', ['contacts'])})))
  )`;
  return `
    deal_days as (
      select *,
        created_day + case when part = 0 then 0
          else cast(floor((part + u_place) / parts * (planned_day - created_day)) as integer) end as wished_day
      from ${chance.withDraws(parted, 'hc', ['place+minute'])}
    ), deal_workdays as (
      select *, ${renderWorkday('wished_day', 'before')} as workday from deal_days
    ), deal_times as (
      select *, ${renderWorkingTime('workday', 'u_minute')} as wished_at,
        kind = 'new_business' and part * ${ACTIVITIES.developmentPart} < parts as is_development
      from deal_workdays
    ), deal_contacts as (
      select ${chance.shortId('a', 'slot', 'activity')} as activity_id,
        case when kind <> 'new_business' then customer_id end as customer_id, opp_id, hc,
        case when is_development then 'sdr' else 'ae' end as role,
        case when is_development then sdr_seat else ae_seat end as seat,
        case kind when 'new_business' then 'prospecting' else kind end as purpose,
        case kind when 'new_business' then 'prospecting' else 'deal' end as occasion,
        case when wished_at > created_at then wished_at
          else created_at + to_minutes(15 * cast(part + 1 as integer)) end as occurred_at,
        case when wished_at > created_at then workday else created_day end as day,
        until_at
      from deal_times
    )`;
}

/** Occasions on which a csm turns to a customer in the course of its life, numbered within the customer. */
function renderOccasions({ plan, chance }: GeneratorContext): string {
  const months = Math.ceil(plan.days / 30);
  const years = Math.floor(plan.days / 365);
  const { month, year, upgrade } = ACTIVITIES.celebrated;
  return `
    lives as (
      select *, coalesce(churn_date - 1, date '${plan.asOf}') as last_day from scratch.accounts
    ), occasions as (
      select lives.*, place as occasion_no, 'customer' as occasion,
        signup_date + 7 + 30 * cast(place as integer) as base_day, 20 as spread, 1::double as share
      from lives cross join range(${months}) as months(place)
      where signup_date + 7 + 30 * cast(place as integer) <= last_day
      union all
      select lives.*, 200, 'celebration', signup_date + 30, 5, ${month} from lives
      union all
      select lives.*, 201, 'celebration', upgrade_date + 1, 5, ${upgrade} from lives
      where upgrade_date is not null
      union all
      select lives.*, 202 + place, 'celebration', cast(signup_date + to_years(cast(place as integer)) as date), 3,
        ${year}
      from lives cross join range(1, ${years} + 1) as years(place)
    ), keyed as (
      select *, ${chance.key('slot', 'contact')} as hc
      from (select *, customer_no::bigint * 256 + occasion_no as slot from occasions)
    ), placed as (
      select *, base_day + cast(floor(u_day * spread) as integer) as wished_day
      from ${chance.withDraws('keyed', 'hc', ['day+happens', 'more+review', 'minute'])}
    ), contact_days as (
      select *, ${renderWorkday('wished_day', 'after')} as day from placed
    ), in_force as (
      select *, first_tier + cast(coalesce(upgrade_date <= day, false) as integer) as tier_then from contact_days
      where day <= last_day
    )`;
}

/** Contacts of csms with their customers; before the seat in charge opened, an older one looked after the customer. */
function renderCustomerContacts({ chance }: GeneratorContext): string {
  const { monthly, renewalFrom, expansionShare, reviews } = ACTIVITIES;
  return `
    customer_contacts as (
      select ${chance.shortId('b', 'slot', 'contact')} as activity_id,
        in_force.customer_id, hc, 'csm' as role,
        csm_of.seat >> cast(ceil(greatest(0, log2((csm_of.seat + 1) / openings.seats) - 1e-9)) as integer) as seat,
        case
          when occasion = 'celebration' then 'celebration'
          when is_yearly and (in_force.day - signup_date) % 365 >= ${renewalFrom} then 'renewal'
          when u_more < ${expansionShare} then 'expansion'
          else 'support'
        end as purpose,
        case when occasion = 'customer' and occasion_no % 3 = 2 and u_review < [${reviews}][tier_then]
          then 'qbr' else occasion end as occasion,
        in_force.day,
        ${renderWorkingTime('in_force.day', 'u_minute')} as occurred_at
      from in_force
      inner join scratch.csm_of as csm_of using (customer_no)
      inner join scratch.openings as openings on openings.role = 'csm' and openings.day = in_force.day
      where u_happens < share * case occasion when 'customer' then [${monthly}][tier_then] else 1 end
    )`;
}

/** How long a contact took, in seconds: nothing is known of what is only written. */
function renderDuration(): string {
  return `case
    when activity_type in ('email', 'in_app') then null
    when outcome in ('no show', 'rescheduled') then 0
    when outcome in ('no answer', 'voicemail') then 15 + floor(45 * u_length)
    when activity_type = 'call' then 180 + floor(1620 * u_length)
    when activity_type = 'qbr' then 2700 + floor(2700 * u_length)
    else 1200 + floor(2400 * u_length)
  end`;
}

/**
 * `raw.sales_activities`: one row per contact, by whoever sat on the seat that day. Contacts about new business bear
 * no customer: there is none yet.
 */
export async function writeActivities(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const types = Object.entries(TYPES).map(
    ([occasion, shares]) => `when '${occasion}' then ${renderShared(shares, 'u_type')}`,
  );
  const outcomes = Object.entries(OUTCOMES).map(
    ([type, shares]) => `when '${type}' then ${renderShared(shares, 'u_outcome')}`,
  );
  await engine.execute(`
    insert into raw.sales_activities by name
    with ${renderDealContacts(context)}, ${renderOccasions(context)}, ${renderCustomerContacts(context)}, contacts as (
      select * exclude (until_at) from deal_contacts where occurred_at <= until_at
      union all by name
      select * from customer_contacts
    ), typed as (
      select *, case occasion when 'qbr' then 'qbr' ${types.join(' ')} end as activity_type
      from ${chance.withDraws('contacts', 'hc', CONTACT_DRAWS)}
    ), told as (
      select *, case activity_type ${outcomes.join(' ')} end as outcome from typed
    )
    select told.activity_id, holders.member_id, told.customer_id, told.opp_id,
      told.activity_type, told.purpose, told.occurred_at,
      cast(${renderDuration()} as integer) as duration_sec,
      told.outcome, ${stamp}
    from told ${renderHolder({ role: 'told.role', seat: 'told.seat', day: 'told.day' })}
    order by told.occurred_at, told.activity_id`);
}
