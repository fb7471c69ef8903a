import {
  MARKETING_IDS,
  renderCampaignNo,
  renderChannelNo,
  renderCreativeNo,
  renderMoment,
  renderOfChannel,
  renderRunningChannel,
  renderVisitId,
  renderVisitorId,
} from './campaign-plan-store.ts';
import { findChannel } from './campaigns.ts';
import type { GeneratorContext } from './generator.ts';
import { PARAMETERS } from './parameters.ts';

const TRAFFIC = {
  /** Visitors for each prospect who only look, or only buy something small. */
  visitorsPerProspect: 29,
  /** Share of them who buy, and how much they lean towards the channels at the front of the list. */
  buyerShare: 0.052,
  buyerLean: 1.3,
  /** Shares with at most one, two … visits. */
  visits: {
    passing: [0.87, 0.96, 0.99],
    buyer: [0.3, 0.6, 0.8, 0.9, 0.96],
    lead: [0, 0.45, 0.73, 0.88, 0.96],
  },
  /** At most this many days from one visit to the next. */
  leadGap: 6,
  passingGap: 16,
  /** Share of weekend visitors that came on the Thursday or Friday before. */
  weekendShift: 0.45,
  /** Share of later visits by the channel of the visitor; the others come as anybody does. */
  sameChannel: 0.5,
  /** How customers come to sign: directly, by e-mail, or as they came first. */
  signDirect: 0.35,
  signEmail: 0.14,
  /** Share that leaves after one page, of the best channel, and more for each place further down the list. */
  bounce: 0.42,
  bounceByChannel: 0.014,
  /** Pages after the second, on average; seconds a page, at least and more at most. */
  morePages: 3.2,
  pageSeconds: [12, 48],
  /** Shares of visitors on the desktop, and on it or a phone. */
  devices: [0.66, 0.95],
};

/** From most to least visits: a visitor's country is drawn from the front. */
const COUNTRIES = ['US', 'GB', 'DE', 'CA', 'FR', 'NL', 'AU', 'SE', 'IN', 'SG', 'ES', 'BR'];

const VISITOR_DRAWS = ['ahead+shift', 'visits+channel', 'device+country'];
const VISIT_DRAWS = ['channel+place', 'hour+minute', 'pages+length'];

/** What is left of a uniform column above or below a bound is uniform again. */
function renderRest(uniform: string, bound: number): string {
  return `(case when ${uniform} < ${bound} then ${uniform} / ${bound}
    else (${uniform} - ${bound}) / ${1 - bound} end)`;
}

/** How many visits, from a uniform column and the shares with at most one, two …. */
function renderVisits(shares: readonly number[], uniform: string): string {
  return `(1 + ${shares.map((share) => `cast(${uniform} >= ${share} as integer)`).join(' + ')})`;
}

/** What a visitor is from its draws: its own way of looking at the site, and its id. */
function renderLooks(context: GeneratorContext, mostGap: number): string {
  const device = TRAFFIC.devices.map((share) => `cast(u_device >= ${share} as integer)`).join(' + ');
  return `
    1 + cast(floor(u_shift * ${mostGap}) as integer) as gap,
    1 + ${device} as device,
    cast(floor(u_country * u_country * ${COUNTRIES.length}) as integer) + 1 as country,
    ${renderVisitorId(context, 'visitor_no')} as visitor_id`;
}

/** Leads as visitors: their visits lead up to the one that made the lead, on the base day. */
async function writeLeadVisitors(context: GeneratorContext): Promise<void> {
  const leads = `(
    select lead_no as visitor_no, h, created_day as base_day, created_second, channel_no, campaign_no,
      customer_no,
      closing_day, closing_second
    from scratch.leads
  )`;
  await context.engine.execute(`
    create table scratch.visitors as
    select visitor_no, h, base_day, true as is_lead, false as is_buyer,
      ${renderVisits(TRAFFIC.visits.lead, 'u_visits')} as visits, channel_no, campaign_no, created_second,
      customer_no, closing_day, closing_second, ${renderLooks(context, TRAFFIC.leadGap)}
    from ${context.chance.withDraws(leads, 'h', VISITOR_DRAWS)}`);
}

/** Everybody else: they come when leads do, and their visits begin on the base day. */
async function writePassingVisitors(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance } = context;
  const { visits, buyerShare, buyerLean, visitorsPerProspect } = TRAFFIC;
  const [soonest, spread] = PARAMETERS.signup.leadDays;
  const passing = `(
    select *, ${chance.key('visitor_no', 'visitor')} as h
    from (
      select signup_day,
        leads + (prospect_no - 1)::bigint * ${visitorsPerProspect}
          + unnest(range(1, ${visitorsPerProspect} + 1)) as visitor_no
      from (
        select prospect_no, signup_day, (select count(*) from scratch.leads) as leads from scratch.prospects
      )
    )
  )`;
  await engine.execute(`
    insert into scratch.visitors by name
    with shifted as (
      select *, u_visits < ${buyerShare} as is_buyer, ${renderRest('u_visits', buyerShare)} as rest,
        signup_day - ${soonest} - cast(floor(u_ahead * ${spread - 2}) as integer) as first_choice
      from ${chance.withDraws(passing, 'h', VISITOR_DRAWS)}
    ), dated as (
      select *,
        case when isodow(date '${plan.asOf}' - ${plan.days} + first_choice) >= 6
          and u_shift < ${TRAFFIC.weekendShift}
          then first_choice - 2 else first_choice end as base_day,
        case when is_buyer then pow(u_channel, ${buyerLean}) else u_channel end as channel_draw
      from shifted
    )
    select visitor_no, h, base_day, false as is_lead, is_buyer,
      case when is_buyer then ${renderVisits(visits.buyer, 'rest')}
        else ${renderVisits(visits.passing, 'rest')} end as visits,
      ${renderChannelNo('channel_draw', 'share')} as channel_no, ${renderLooks(context, TRAFFIC.passingGap)}
    from dated
    where base_day <= ${plan.days}`);
}

/**
 * The visits of each visitor, numbered from 0 by day, no two on one day. `turn` counts from the base day; the
 * visit on which a customer signs comes after all others.
 */
function renderPlanned({ plan, chance }: GeneratorContext): string {
  const { sameChannel, signDirect, signEmail } = TRAFFIC;
  const dealt = `(
    select *, ${chance.subkey('h', 'visit_no')} as hv,
      case when is_lead then visit_no - visits + 1 else visit_no end as turn,
      visit_no = visits as is_signing
    from (
      select *, unnest(range(visits + cast(customer_no is not null as integer)))::integer as visit_no
      from scratch.visitors
    )
  )`;
  return `
    dated as (
      select *,
        case when is_signing then closing_day
          else base_day + turn * gap - sign(turn) * cast(floor(u_length * gap) as integer) end as day_no,
        is_lead and turn = 0 as is_making,
        campaign_no as lead_campaign,
        ${renderRest('u_channel', sameChannel)} as rest
      from ${chance.withDraws(dealt, 'hv', VISIT_DRAWS)}
    ), wished as (
      select * exclude (channel_no, campaign_no),
        case
          when turn = 0 then channel_no
          when is_signing and u_channel < ${signDirect} then ${findChannel('direct')}
          when is_signing and u_channel < ${signDirect + signEmail} then ${findChannel('email')}
          when is_signing or u_channel < ${sameChannel} then channel_no
          when is_lead then ${renderChannelNo('rest', 'leadShare')}
          else ${renderChannelNo('rest', 'share')}
        end as wished_channel
      from dated
      where day_no <= ${plan.days}
    )`;
}

/**
 * `scratch.visits`: one row per visit in order of visitor, then time; lists are looked up in and nothing is
 * joined, to keep that order. The visit that makes a lead or a customer begins minutes before it, a lead's by
 * its channel and campaign.
 */
async function writeVisits(context: GeneratorContext): Promise<void> {
  const { morePages, pageSeconds, bounce, bounceByChannel } = TRAFFIC;
  const [leastSeconds, moreSeconds] = pageSeconds;
  const seconds = `cast(floor(u_length * case when is_engaged then ${moreSeconds} else 30 end) as integer)`;
  await context.engine.execute(`
    create table scratch.visits as
    with ${renderPlanned(context)}, placed as (
      select *,
        case when is_making then lead_campaign
          else ${renderCampaignNo('day_no', 'wished_channel', 'u_place')} end as campaign_no,
        is_making or is_signing or is_buyer as is_busy,
        ${bounce - bounceByChannel} + ${bounceByChannel} * wished_channel as bounce,
        case when is_making or is_signing then 60 + cast(floor(u_minute * 540) as integer) else 0 end as ahead
      from wished
    ), routed as (
      select *, ${renderRunningChannel('wished_channel', 'campaign_no')} as channel_no,
        is_busy or u_pages >= bounce as is_engaged,
        case when is_busy then u_pages else (u_pages - bounce) / (1 - bounce) end as page_draw
      from placed
    ), paged as (
      select *,
        case when is_engaged
          then 2 + least(28, cast(floor(-ln(greatest(page_draw, 1e-6)) * ${morePages}) as integer))
          else 1 end as pages
      from routed
    )
    select visitor_no, visit_no, visitor_id, day_no,
      case when is_making then created_second - ahead when is_signing then closing_second - ahead
        else cast(23400 + 27000 * (u_hour + u_minute) as integer) end as second,
      channel_no,
      campaign_no,
      case when channel_no >= ${findChannel('linkedin')}
        then ${renderCreativeNo('campaign_no', '(u_place * 4 - floor(u_place * 4))')} end
        as creative_no,
      ahead + case when is_engaged then pages * (${leastSeconds} + ${seconds}) else 2 + ${seconds} end
        as seconds,
      pages, device, country,
      is_buyer or customer_no is not null as is_buying,
      case when is_buyer then visits end as buyer_visits,
      case when is_signing then customer_no end as customer_no
    from paged`);
}

/**
 * `marketing.sessions` and `marketing.attribution_touchpoints`, one row per visit each: a direct visit is a
 * contact as well, with no campaign.
 */
export async function writeSessions(context: GeneratorContext): Promise<void> {
  const { engine, plan, stamp } = context;
  const countries = COUNTRIES.map((country) => `'${country}'`).join(', ');
  const channel = renderOfChannel('name', 'channel_no');
  const moment = renderMoment(context, 'day_no', 'second');
  await writeLeadVisitors(context);
  await writePassingVisitors(context);
  await writeVisits(context);
  await engine.execute(`
    insert into marketing.sessions by name
    select ${renderVisitId('s')} as session_id, date, visitor_id as user_id,
      ${MARKETING_IDS.campaign('campaign_no')} as campaign_id,
      ${MARKETING_IDS.creative('creative_no')} as creative_id, ${channel} as channel,
      ${moment} as session_start, seconds as session_duration_sec, pages as pages_viewed,
      ['desktop', 'mobile', 'tablet'][device] as device_type, [${countries}][country] as country,
      year(date) as year, month(date) as month, day(date) as day, ${stamp}
    from (select *, date '${plan.asOf}' - ${plan.days} + day_no as date from scratch.visits);
    insert into marketing.attribution_touchpoints by name
    select ${renderVisitId('t')} as touchpoint_id, ${renderVisitId('s')} as session_id, visitor_id as user_id,
      ${MARKETING_IDS.campaign('campaign_no')} as campaign_id, ${channel} as channel,
      visit_no + 1 as touchpoint_position, ${moment} as "timestamp", ${stamp}
    from scratch.visits`);
}
