import type { GeneratorContext } from './generator.ts';
import { writeGoals } from './goals-store.ts';
import { writeSurveys } from './surveys-store.ts';
import { renderLifeEnd, writeTickets } from './tickets-store.ts';

/** How the gaps found follow adoption and satisfaction: a logistic; and how many alerts about vendors there are. */
const RISK = {
  gap: 0.9,
  byAdoption: -3,
  bySatisfaction: -0.35,
  sd: 0.5,
  flags: 0.35,
  flagsByGap: 1.3,
} as const;

/** `raw.risk_signals`: one row per customer and first day of a quarter in its life, and one for the last day. */
async function writeRiskSignals(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const taken = `(
    select days.customer_no, days.day, days.s, days.adoption_level, accounts.customer_id,
      ${chance.subkey('accounts.h', 'days.day_no + 4000000')} as hr
    from scratch.days as days inner join scratch.accounts as accounts using (customer_no)
    where days.day_no in (
      select day_no from scratch.calendar
      where day = date_trunc('quarter', day) or day = date '${plan.asOf}'
    ) and at_time(days.day, 0) < ${renderLifeEnd(context)}
  )`;
  await engine.execute(`
    insert into raw.risk_signals by name
    with scored as (
      select *, 1 / (1 + exp(-(${RISK.gap} + (${RISK.byAdoption}) * adoption_level + (${RISK.bySatisfaction}) * s
        + ${RISK.sd} * ${chance.normalOf('u_radius', 'u_angle')}))) as gap
      from ${chance.withDraws(taken, 'hr', ['radius+angle', 'flags'])}
    )
    select
      customer_id,
      round(gap, 3) as compliance_gap_score,
      cast(floor(-ln(u_flags) * (${RISK.flags} + ${RISK.flagsByGap} * gap)) as integer) as vendor_risk_flags,
      day as as_of_date,
      ${stamp}
    from scored
    order by day, customer_no`);
}

/** How customers fare: tickets, answers to surveys, goals and risk signals. */
export async function writeSupport(context: GeneratorContext): Promise<void> {
  await writeTickets(context);
  await writeSurveys(context);
  await writeGoals(context);
  await writeRiskSignals(context);
}
