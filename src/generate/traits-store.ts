import type { Chance } from './chance-store.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';

/** `case` over the tier number: starter 1, growth 2, enterprise 3; a tier that is not named gets the last value. */
export function byTier(values: readonly number[], tier = 'tier'): string {
  const cases = values.slice(0, -1).map((value, index) => `when ${tier} = ${index + 1} then ${value}`);
  return `case ${cases.join(' ')} else ${values.at(-1)} end::double`;
}

/** The id of a customer, without looking it up. */
export function renderCustomerId(chance: Chance, customerNo: string): string {
  return chance.uuid(customerNo, 'customer id');
}

/**
 * `scratch.traits`: one row per customer, numbered from 1 in order of signup, with what it is born with. The state
 * of every day starts here.
 */
export async function writeTraits(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  const { signup, traits, engagement, users, money } = PARAMETERS;
  const earlyDays = Math.round((signup.earlyDays / 730) * plan.days);
  const [starter, growth] = signup.tierShares;
  const { unit, normal, otherNormal } = chance;
  await engine.execute(`
    create or replace table scratch.traits as
    with keyed as (
      select draw, ${chance.key('draw', 'customer')} as h from range(1, ${plan.customers} + 1) as customers(draw)
    ), drawn as (
      select
        *,
        cast(case
          when ${unit('h', 'is early')} < ${signup.earlyShare} then floor(${unit('h', 'early day')} * ${earlyDays})
          else floor((sqrt(1 + 3 * ${unit('h', 'signup day')}) - 1) * ${plan.days}) + 1
        end as integer) as signup_offset,
        case
          when ${unit('h', 'tier')} < ${starter} then 1
          when ${unit('h', 'tier')} < ${starter + growth} then 2
          else 3
        end as tier
      from keyed
    ), fitted as (
      select
        *,
        ${byTier(traits.fitMean)} + ${traits.fitSd} * ${normal('h', 'fit')} as fit,
        ${byTier(traits.sizeMean)} + ${traits.sizeSd} * ${normal('h', 'size')} as size,
        ${traits.appetiteSd} * ${normal('h', 'appetite')} as appetite
      from drawn
    ), settled as (
      select *, cast(row_number() over (order by signup_offset, draw) as integer) as customer_no, ${traits.satisfactionByFit} * fit + ${traits.satisfactionSd} * ${normal('h', 'satisfaction')}
          as satisfaction
      from fitted
    )
    select
      customer_no,
      ${renderCustomerId(chance, 'customer_no')} as customer_id,
      h,
      signup_offset as signup_day,
      date '${plan.asOf}' - ${plan.days} + signup_offset as signup_date,
      tier,
      fit,
      size,
      satisfaction,
      ${traits.adoptionSd} * ${normal('h', 'adoption')} as adoption,
      ${traits.retentionMean} + ${traits.retentionSd} * ${normal('h', 'retention')} as retention,
      ${traits.integrationSd} * ${normal('h', 'integration')} as integration,
      appetite,
      satisfaction + ${PARAMETERS.satisfaction.sd} * ${normal('h', 'first mood')} as first_satisfaction,
      ${engagement.byFit} * fit + ${engagement.bySatisfaction} * satisfaction
        + ${engagement.sd} * ${otherNormal('h', 'first mood')} as first_engagement,
      appetite + ${PARAMETERS.appetite.sd} * ${normal('h', 'first appetite')} as first_appetite,
      ceil(${users.first} * exp(${users.bySize} * size)) as team,
      ${unit('h', 'billing')} < ${byTier(money.yearlyShares)} as is_yearly
    from settled
    order by customer_no`);
}
