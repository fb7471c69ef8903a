import {
  MARKETING_IDS,
  renderCampaignNo,
  renderChannelNo,
  renderMoment,
  renderOfChannel,
  renderRunningChannel,
  renderVisitorId,
  writeCampaignPlan,
} from './campaign-plan-store.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';
import { byTier } from './traits-store.ts';

const FUNNEL = {
  /** Leads for each that becomes a customer, itself included. */
  leadsPerWin: 8,
  /** Days after the history for which customers to come are drawn: as long as a lead can take, and more. */
  horizonDays: 145,
  /** Days a lead comes in before signup: less than two of the longest, which weekends can add. */
  aheadSpread: PARAMETERS.signup.leadDays[1] - 2,
  /** Share of weekend leads that came on the Thursday or Friday before. */
  weekendShift: 0.45,
  /** How much worse leads that come to nothing fit. */
  misfit: -0.45,
  /** Shares of the other leads that are lost as opportunities, and that stop at the marketing stage. */
  lost: { share: 0.285, byFit: 0.3 },
  stopped: { share: 0.2, byFit: 0.15 },
  /** Leads lean towards the channels at the front of the list, the more the better they fit. */
  channelLean: 0.1,
  channelLeanByFit: 0.35,
  /** Days from creation to the marketing stage at most, to the sales stage, and to losing. */
  marketingDays: 5,
  salesDays: [7, 12],
  losingDays: [26, 110],
  score: { base: 48, byFit: 11, sd: 15 },
};

/** Working hours, in seconds of the day. */
const OPENS = 9 * 3600;
const OPEN_SECONDS = 8 * 3600;

const LEAD_DRAWS = [
  'ahead+shift',
  'hour+minute',
  'fate+channel',
  'place+marketing',
  'sales+closing',
  'tier+price',
];

/** Tier from a uniform column, as customers have them. */
function renderTier(uniform: string): string {
  const [starter, growth] = PARAMETERS.signup.tierShares;
  return `case when ${uniform} < ${starter} then 1 when ${uniform} < ${starter + growth} then 2 else 3 end`;
}

/** First price of a tier in cents, as customers have them. */
function renderPriceCents(tier: string, uniform: string): string {
  const { floors, ceilings } = PARAMETERS.money;
  const [floor, ceiling] = [byTier(floors, tier), byTier(ceilings, tier)];
  return `cast(${floor} * exp((0.05 + 0.75 * ${uniform}) * ln(${ceiling} / ${floor})) as bigint) * 100`;
}

/**
 * `scratch.prospects`: one row per customer, and per one that would sign up in the months after the history
 * if the company went on growing: without these there would be no leads and no pipeline at its end.
 */
async function writeProspects({ engine, plan, chance }: GeneratorContext): Promise<void> {
  const { days, customers } = plan;
  const growing = (1 - PARAMETERS.signup.earlyShare) * customers;
  const reach = 1 + (days + FUNNEL.horizonDays) / days;
  const coming = Math.floor((growing * (reach * reach - 4)) / 3);
  await engine.execute(`
    create table scratch.prospects as
    with coming as (
      select cast(${customers} + place as integer) as prospect_no, place,
        ${chance.key('place', 'prospect')} as h
      from range(1, ${coming} + 1) as places(place)
    ), placed as (
      select *,
        cast(floor(${days} * (sqrt(4 + 3 * (place - ${chance.unit('h', 'signup')}) / ${growing}) - 1))
          as integer) + 1
          as signup_day,
        ${renderTier(chance.unit('h', 'tier'))} as tier,
        ${chance.unit('h', 'price')} as u_price
      from coming
    )
    select prospect_no, null::integer as customer_no, null::varchar as customer_id, signup_day, tier,
      ${renderPriceCents('tier', 'u_price')} as mrr_cents,
      ${byTier(PARAMETERS.traits.fitMean)} + ${PARAMETERS.traits.fitSd} * ${chance.normal('h', 'fit')} as fit
    from placed
    union all
    select traits.customer_no, traits.customer_no, traits.customer_id, traits.signup_day, traits.tier,
      accounts.first_mrr_cents, traits.fit
    from scratch.traits as traits inner join scratch.accounts as accounts using (customer_no)
    order by prospect_no`);
}

/** The leads of each prospect: when they came, how well they fit, what becomes of them. Part 0 wins. */
function renderFates({ plan, chance }: GeneratorContext): string {
  const { lost, stopped } = FUNNEL;
  const { fitMean, fitSd } = PARAMETERS.traits;
  const [soonest] = PARAMETERS.signup.leadDays;
  const dealt = `(
    select *, ${chance.key('slot', 'lead')} as h
    from (
      select *, prospect_no::bigint * ${FUNNEL.leadsPerWin} + part as slot
      from (select *, unnest(range(${FUNNEL.leadsPerWin}))::integer as part from scratch.prospects)
    )
  )`;
  return `
    drawn as (
      select * replace (
          case part when 0 then tier else ${renderTier('u_tier')} end as tier,
          case part when 0 then customer_no end as customer_no,
          case part when 0 then customer_id end as customer_id
        ),
        tier as winning_tier,
        signup_day - ${soonest} - cast(floor(u_ahead * ${FUNNEL.aheadSpread}) as integer) as first_choice
      from ${chance.withDraws(dealt, 'h', LEAD_DRAWS)}
    ), fitted as (
      select * replace (
          case part when 0 then fit
            else ${byTier(fitMean)} + (${FUNNEL.misfit}) + ${fitSd} * ${chance.normal('h', 'fit')} end as fit,
          case part when 0 then mrr_cents else ${renderPriceCents('tier', 'u_price')} end as mrr_cents
        ),
        first_choice - case
          when isodow(date '${plan.asOf}' - ${plan.days} + first_choice) >= 6
            and u_shift < ${FUNNEL.weekendShift} then 2 else 0
        end as created_day,
        cast(23400 + 27000 * (u_hour + u_minute) as integer) as created_second
      from drawn
    ), decided as (
      select *,
        part = 0 as is_won,
        part = 0 or u_fate < ${lost.share} * exp(${lost.byFit} * fit) as is_sql,
        part = 0
          or u_fate < ${lost.share} * exp(${lost.byFit} * fit)
            + ${stopped.share} * exp(${stopped.byFit} * fit)
          as is_mql,
        least(1, pow(u_channel, exp(${FUNNEL.channelLean} + ${FUNNEL.channelLeanByFit} * fit)))
          as channel_draw
      from fitted
      where created_day <= ${plan.days}
    )`;
}

/** `scratch.fates`: one row per lead in order of creation, in numbers: all that is drawn. */
async function writeFates(context: GeneratorContext): Promise<void> {
  const { salesDays, losingDays } = FUNNEL;
  await context.engine.execute(`
    create table scratch.fates as
    with ${renderFates(context)}, wished as (
      select *, ${renderChannelNo('channel_draw', 'leadShare')} as wished_channel,
        created_day + ${salesDays[0]} + cast(floor(u_sales * ${salesDays[1]}) as integer) as sql_day,
        case when is_won then signup_day
          else created_day + ${losingDays[0]} + cast(floor(u_closing * ${losingDays[1]}) as integer) end
          as closing_day
      from decided
    ), placed as (
      select *, ${renderCampaignNo('created_day', 'wished_channel', 'u_place')} as campaign_no from wished
    )
    select slot, h, customer_no, customer_id, is_won, is_mql, is_sql, tier, mrr_cents, fit,
      ${renderRunningChannel('wished_channel', 'campaign_no')} as channel_no, campaign_no,
      created_day, created_second, sql_day, closing_day,
      cast(created_second + 600 + floor(u_marketing * u_marketing * ${FUNNEL.marketingDays * 86_400})
        as integer) as mql_second,
      cast(${OPENS} + floor(${OPEN_SECONDS} * u_minute) as integer) as sql_second,
      cast(${OPENS} + floor(${OPEN_SECONDS} * u_hour) as integer) as closing_second
    from placed
    order by created_day, created_second, slot`);
}

/**
 * `scratch.leads`: one row per lead in order of creation, times uncut. Which leads win is given by who signed
 * up; how far the others come, and through which channel all of them, is drawn from how well they fit.
 */
async function writeScratchLeads(context: GeneratorContext): Promise<void> {
  const { engine, chance } = context;
  const { score } = FUNNEL;
  const at = (dayNo: string, second: string) => renderMoment(context, dayNo, second);
  await engine.execute(`
    create table scratch.leads as
    with numbered as (
      select *, cast(rowid + 1 as integer) as lead_no, ${chance.normal('h', 'score')} as noise
      from scratch.fates
    )
    select lead_no, ${chance.shortId('l', 'lead_no', 'lead')} as lead_id, customer_no, customer_id,
      ${renderOfChannel('name', 'channel_no')} as channel,
      ${at('created_day', 'created_second')} as created_at,
      case when is_mql then ${at('created_day', 'mql_second')} end as mql_at,
      case when is_sql then ${at('sql_day', 'sql_second')} end as sql_at,
      case when is_sql then ${at('closing_day', 'closing_second')} end as closes_at,
      is_won,
      case when is_sql then ${chance.uuid('lead_no', 'opportunity')} end as opp_id,
      tier, mrr_cents, h, fit, channel_no, campaign_no, created_day, created_second, closing_day,
      closing_second,
      least(100, greatest(0, round(${score.base} + ${score.byFit} * fit + ${score.sd} * noise)))::double
        as score
    from numbered;
    drop table scratch.fates`);
}

/**
 * Everything that asks to be sold to: `scratch.leads`, uncut, and `raw.leads`, as known at the end of the
 * history. Each lead is a visitor of the site of the same number.
 */
export async function writeLeads(context: GeneratorContext): Promise<void> {
  const { engine, plan, stamp } = context;
  const last = `timestamptz '${plan.asOf} 23:59:59+00'`;
  await writeCampaignPlan(context);
  await writeProspects(context);
  await writeFates(context);
  await writeScratchLeads(context);
  await engine.execute(`
    insert into raw.leads by name
    select lead_id, ${renderVisitorId(context, 'lead_no')} as visitor_id, created_at,
      case when mql_at <= ${last} then mql_at end as mql_at,
      case when sql_at <= ${last} then sql_at end as sql_at,
      case when customer_no is not null then closes_at end as converted_at,
      ${renderOfChannel('source', 'channel_no')} as source,
      ${MARKETING_IDS.campaign('campaign_no')} as campaign_id,
      score,
      customer_id,
      case when sql_at <= ${last} then opp_id end as opp_id,
      ${stamp}
    from scratch.leads`);
}
