import type { GeneratorContext } from './generator.ts';

const COSTS = {
  /** What one month of a member costs the company, in cents. */
  people: { csm: 1_000_000, ae: 1_450_000, sdr: 800_000, marketing: 1_050_000, manager: 1_650_000 },
  /** Tools: the licences of the team, and of each member who is there in the month, in cents. */
  tools: 180_000,
  toolsPerMember: 32_000,
  /** What an agency takes for a paid channel: a retainer, and more for each customer of the month before, in cents. */
  agency: [
    { channel: 'google_ads', retainer: 150_000, perCustomer: 3_500 },
    { channel: 'linkedin', retainer: 120_000, perCustomer: 3_000 },
    { channel: 'meta', retainer: 60_000, perCustomer: 1_000 },
    { channel: 'reddit', retainer: 25_000, perCustomer: 300 },
    { channel: 'twitter', retainer: 20_000, perCustomer: 300 },
  ],
  /** Spread of tools and agencies around that. */
  spread: 0.16,
};

/** Months of the history, whole, as costs are spread over all the days of a month. */
function renderMonths({ plan }: GeneratorContext): string {
  return `
    select month, cast(month + interval 1 month as date) - month as month_days,
      cast(month + interval 1 month as date) - 1 as last_day,
      cast(month - interval 1 month as date) as month_before,
      cast(year(month) * 12 + month(month) as integer) as month_no
    from (
      select cast(unnest(generate_series(
        date_trunc('month', date '${plan.asOf}' - ${plan.days}), date_trunc('month', date '${plan.asOf}'), interval 1 month
      )) as date) as month
    )`;
}

/**
 * `raw.gtm_costs`: one row per month, category and channel. People are paid by the day; who is there on the last day
 * of the history is paid to the end of its month.
 */
export async function writeTeamCosts(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const pay = Object.entries(COSTS.people).map(([role, cents]) => `('${role}', ${cents})`);
  const agencies = COSTS.agency.map(
    ({ channel, retainer, perCustomer }, index) =>
      `(${index + 1}, '${channel}', ${retainer}, ${perCustomer})`,
  );
  const spread = `(${1 - COSTS.spread / 2} + ${COSTS.spread} * ${chance.unit('h', 'cost')})`;
  await engine.execute(`
    insert into raw.gtm_costs by name
    with months as (${renderMonths(context)}),
    pay(role, cents) as (values ${pay.join(', ')}),
    agencies(agency_no, channel, retainer, per_customer) as (values ${agencies.join(', ')}),
    paid as (
      select months.month, months.month_no, count(*) as members,
        cast(sum(pay.cents * (least(months.last_day, coalesce(members.active_to, months.last_day))
          - greatest(months.month, members.active_from) + 1)) as bigint) // months.month_days as cents
      from months
      inner join scratch.members as members
        on members.active_from <= months.last_day and coalesce(members.active_to, months.month) >= months.month
      inner join pay using (role)
      group by months.month, months.month_no, months.month_days
    ), won as (
      select cast(date_trunc('month', signup_date) as date) as month, count(*) as customers from scratch.traits group by all
    ), drawn as (
      select month, 'tools' as category, 'all' as channel, ${COSTS.tools} + ${COSTS.toolsPerMember} * members as cents,
        ${chance.key('month_no * 16', 'cost')} as h
      from paid
      union all
      select months.month, 'agency', agencies.channel,
        agencies.retainer + agencies.per_customer * coalesce(won.customers, 0),
        ${chance.key('(months.month_no * 16 + agencies.agency_no)', 'cost')}
      from months cross join agencies
      left join won on won.month = months.month_before
    ), costs as (
      select month, 'people' as category, 'all' as channel, cents from paid
      union all
      select month, category, channel, cast(round(cents * ${spread}) as bigint) from drawn
    )
    select month, category, channel, cents::decimal(14, 0) / 100 as amount, ${stamp}
    from costs
    order by month, category, channel`);
}
