import { writeActivities } from './activities-store.ts';
import { renderWorkingTime, STEP, writeDeals } from './deals-store.ts';
import type { GeneratorContext } from './generator.ts';
import { writeQuotas } from './quotas-store.ts';

const STAGES = {
  /** When the second and the third stage begin, as shares of the planned time: at least, and how much later. */
  qualification: [0.15, 0.25],
  proposal: [0.45, 0.35],
  /** Shares of the deals that may come to nothing which get to a proposal, and at least to qualification. */
  reachProposal: 0.5,
  reachQualification: 0.85,
  /** How far the first and the second estimate lie around what is expected. */
  spreads: [0.3, 0.16],
} as const;

const STAGE_DRAWS = ['second+third', 'second_hour+third_hour', 'first_estimate+second_estimate', 'reach'];

/** When each stage is due by the plan, which is drawn before anybody knows the end, and how far the deal may get. */
function renderPlans({ chance }: GeneratorContext): string {
  const { qualification, proposal, reachProposal, reachQualification, spreads } = STAGES;
  const share = ([least, more]: readonly [number, number], uniform: string) =>
    `cast(floor((planned_day - created_day) * (${least} + ${more} * ${uniform})) as integer)`;
  const estimate = (spread: number, uniform: string) =>
    `cast(round(expected_cents * (${1 - spread / 2} + ${spread} * ${uniform}) / ${STEP}) as bigint) * ${STEP}`;
  return `
    paced as (
      select *, created_day + greatest(1, ${share(qualification, 'u_second')}) as second_day,
        created_day + ${share(proposal, 'u_third')} as late_day,
        case when is_sure or u_reach < ${reachProposal} then 3 when u_reach < ${reachQualification} then 2 else 1 end
          as reach
      from ${chance.withDraws('scratch.deals', 'h', STAGE_DRAWS)}
    ), spaced as (
      select *, greatest(second_day + 1, late_day) as third_day from paced
    ), plans as (
      select *,
        ${renderWorkingTime('second_day', 'u_second_hour')} as second_at,
        ${renderWorkingTime('third_day', 'u_third_hour')} as third_at,
        ${estimate(spreads[0], 'u_first_estimate')} as first_cents,
        ${estimate(spreads[1], 'u_second_estimate')} as second_cents
      from spaced
    )`;
}

/**
 * `scratch.stages`: one row per deal and stage it entered by the end of the history. Stages come by the plan; a deal
 * won before that goes through those it lacks in its last hours, a lost one skips them.
 */
async function writeStages(context: GeneratorContext): Promise<void> {
  const { engine, plan } = context;
  const entry = (place: number, day: string, hours: number) => `case
        when reach >= ${place} and ${day}_day < coalesce(closed_day, date '${plan.asOf}' + 1) then ${day}_at
        when is_won then closed_at - to_hours(${hours})
      end`;
  await engine.execute(`
    create table scratch.stages as
    with ${renderPlans(context)}, entries as (
      select deal_no, 1 as place, 'prospecting' as stage, created_at as entered_at, first_cents as amount_cents from plans
      union all
      select deal_no, 2, 'qualification', ${entry(2, 'second', 2)}, second_cents from plans
      union all
      select deal_no, 3, 'proposal', ${entry(3, 'third', 1)}, expected_cents from plans
      union all
      select deal_no, 4, case when is_won then 'closed_won' else 'closed_lost' end, closed_at,
        case when is_won then won_cents else expected_cents end
      from plans
    )
    select * from entries where entered_at is not null
    order by deal_no, place`);
}

/** `raw.gtm_opportunities` and `raw.opportunity_stage_history`, as they stood at the end of the history. */
async function writeOpportunities({ engine, stamp }: GeneratorContext): Promise<void> {
  await engine.execute(`
    insert into raw.gtm_opportunities by name
    with standing as (
      select deal_no, max(place) as place from scratch.stages group by deal_no
    )
    select deals.opp_id, deals.customer_id, stages.stage,
      coalesce(deals.closed_day, deals.planned_day) as close_date,
      stages.amount_cents::decimal(14, 0) / 100 as amount,
      deals.owner_name as sales_owner, deals.kind as opportunity_type, deals.created_at, deals.closed_at,
      deals.owner_id, deals.lead_id, ${stamp}
    from scratch.deals as deals
    inner join standing using (deal_no)
    inner join scratch.stages as stages on stages.deal_no = standing.deal_no and stages.place = standing.place
    order by deals.deal_no;
    insert into raw.opportunity_stage_history by name
    select deals.opp_id, stages.entered_at, stages.stage, stages.amount_cents::decimal(14, 0) / 100 as amount, ${stamp}
    from scratch.stages as stages inner join scratch.deals as deals using (deal_no)
    order by stages.deal_no, stages.place`);
}

/**
 * What is sold and how: `raw.gtm_opportunities`, `raw.opportunity_stage_history`, `raw.sales_activities` and
 * `raw.quotas`. Needs the leads, the contracts and the team.
 */
export async function writeSales(context: GeneratorContext): Promise<void> {
  await writeDeals(context);
  await writeStages(context);
  await writeOpportunities(context);
  await writeActivities(context);
  await writeQuotas(context);
}
