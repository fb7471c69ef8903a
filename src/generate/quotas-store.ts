import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';

const QUOTAS = {
  /** What a quarter is to bring, by what the one before brought. */
  growth: 1.15,
  /** Days in the team before which a member's share is half of a full one. */
  rampDays: 90,
  /** No quota is below this, in cents. */
  least: 2_500_000,
  /** Quotas are in whole steps of so many cents. */
  step: 100_000,
};

/** What a customer's first year is worth in the mean, in cents: prices are even on a logarithmic scale. */
function buildMeanDealCents(): number {
  const { floors, ceilings } = PARAMETERS.money;
  const means = floors.map((floor, index) => {
    const ratio = (ceilings[index] ?? floor) / floor;
    return (floor * ratio ** 0.05 * (ratio ** 0.75 - 1)) / (0.75 * Math.log(ratio));
  });
  const shares = PARAMETERS.signup.tierShares;
  return 1200 * means.reduce((sum, mean, index) => sum + mean * (shares[index] ?? 0), 0);
}

/** What the company plans to win on a day of its first months, in cents, before there is a quarter to go by. */
function buildPlannedCents({ plan }: GeneratorContext): number {
  const { earlyShare, earlyDays } = PARAMETERS.signup;
  const early = earlyShare / Math.round((earlyDays / 730) * plan.days);
  const steady = ((1 - earlyShare) * 2) / 3 / plan.days;
  return Math.round((early + steady) * plan.customers * buildMeanDealCents());
}

/** Quarters that the history touches, with the part of them that it covers. */
function renderQuarters({ plan }: GeneratorContext): string {
  const start = `date '${plan.asOf}' - ${plan.days}`;
  return `
    select period_start, period_end, cast(period_start - interval 3 month as date) as before,
      least(period_end, date '${plan.asOf}') - greatest(period_start, ${start}) + 1 as days,
      cast(period_start - interval 3 month as date) >= ${start} as has_basis
    from (
      select period_start, cast(period_start + interval 3 month as date) - 1 as period_end
      from (
        select cast(unnest(generate_series(
          date_trunc('quarter', ${start}), date_trunc('quarter', date '${plan.asOf}'), interval 3 month
        )) as date) as period_start
      )
    )`;
}

/**
 * `raw.quotas`: one row per account executive and calendar quarter on whose first day they were there. The quarter
 * before sets the sum; before there is a whole one, the plan of a company that only begins does. New members carry
 * half.
 */
export async function writeQuotas(context: GeneratorContext): Promise<void> {
  const { engine, stamp } = context;
  await engine.execute(`
    insert into raw.quotas by name
    with quarters as (${renderQuarters(context)}),
    won as (
      select cast(date_trunc('quarter', closed_at) as date) as period_start, cast(sum(won_cents) as bigint) as cents
      from scratch.deals where is_won group by all
    ), goals as (
      select quarters.*,
        case when has_basis then cast(coalesce(won.cents, 0) * ${QUOTAS.growth} as bigint)
          else days * ${buildPlannedCents(context)} end as cents
      from quarters left join won on won.period_start = quarters.before
    ), shared as (
      select goals.*, members.member_no, members.member_id,
        case when members.active_from > goals.period_start - ${QUOTAS.rampDays} then 1 else 2 end as weight
      from goals inner join scratch.members as members
        on members.role = 'ae'
        and goals.period_start between members.active_from and coalesce(members.active_to, goals.period_start)
    ), weighed as (
      select *, cast(sum(weight) over (partition by period_start) as bigint) as weights from shared
    )
    select member_id, period_start, period_end,
      greatest(${QUOTAS.least}, cents * weight // weights // ${QUOTAS.step} * ${QUOTAS.step})::decimal(14, 0) / 100
        as quota_amount,
      ${stamp}
    from weighed
    order by period_start, member_no`);
}
