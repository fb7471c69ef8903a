import { MARKETING_IDS, renderCreativeCount, renderOfChannel } from './campaign-plan-store.ts';
import { findChannel, MARKETING_LEAD_IN, MOST_CREATIVES } from './campaigns.ts';
import type { GeneratorContext } from './generator.ts';

const DELIVERY = {
  /** Clicks of a campaign's day that become no visit: for each visit, and at any rate. */
  lostPerVisit: 0.13,
  lostPerDay: 0.4,
  /** Spread of the day's click price and click rate around the channel's. */
  priceSpread: 0.3,
  rateSpread: 0.4,
  /** Clicks cost this much more in November and December. */
  peakPrice: 0.18,
  /** Rows without delivery after the last day of a campaign: paused, and on the last of them ended. */
  pausedDays: 3,
  /** Budgets are set by the month, in whole steps of this many cents, this much over the dearest day. */
  budgetStep: 1000,
  budgetRoom: 1.08,
};

const CREATIVES = [
  { type: 'image', name: 'Checklist' },
  { type: 'video', name: 'Audit day' },
  { type: 'carousel', name: 'Before and after' },
  { type: 'image', name: 'Customer quote' },
  { type: 'video', name: 'Two-minute tour' },
];

/** `scratch.deliveries`: one row per campaign and day, from its visits up: clicks, then views and money. */
async function writeDeliveries({ engine, plan, chance }: GeneratorContext): Promise<void> {
  const { pausedDays, priceSpread, rateSpread } = DELIVERY;
  await engine.execute(`
    create table scratch.deliveries as
    with visited as (
      select campaign_no, day_no, count(*) as visits from scratch.visits
      where campaign_no is not null
      group by all
    ), planned as (
      select *,
        unnest(range(first_day, least(${plan.days}, last_day + ${pausedDays}) + 1))::integer as day_no
      from scratch.campaigns
    ), numbered as (
      select planned.*, coalesce(visited.visits, 0) as visits,
        planned.day_no <= planned.last_day as is_active,
        date '${plan.asOf}' - ${plan.days} + planned.day_no as date,
        planned.campaign_no * 65536 + planned.day_no + ${MARKETING_LEAD_IN} as delivery_no
      from planned left join visited on visited.campaign_no = planned.campaign_no
        and visited.day_no = planned.day_no
    ), lost as (
      select *, ${chance.normal('h', 'lost')} as normal,
        ${DELIVERY.lostPerDay} + ${DELIVERY.lostPerVisit} * visits as lost_rate,
        case when month(date) >= 11 then ${1 + DELIVERY.peakPrice} else 1 end as season
      from (select *, ${chance.key('delivery_no', 'delivery')} as h from numbered)
    ), clicked as (
      select *,
        case when is_active then visits + ${chance.count('lost_rate', 'normal')} else 0 end::bigint as clicks
      from lost
    )
    select campaign_no, channel_no, day_no, last_day, date, is_active, visits, clicks,
      case when is_active then greatest(1, clicks + cast(floor((clicks + ${chance.unit('h', 'none')})
        * (1 / click_rate - 1)
        * (${1 - rateSpread / 2} + ${rateSpread} * ${chance.unit('h', 'rate')})) as bigint))
        else 0 end as impressions,
      clicks * cast(cpc_cents * season * (${1 - priceSpread / 2} + ${priceSpread}
        * ${chance.unit('h', 'price')}) as bigint)
        as spend_cents
    from clicked
    order by campaign_no, day_no`);
}

/** `marketing.campaigns_daily`: one row per campaign and day, with three days of pause after its last. */
async function writeCampaignsDaily(context: GeneratorContext): Promise<void> {
  const { engine, stamp } = context;
  const { budgetStep, budgetRoom, pausedDays } = DELIVERY;
  await engine.execute(`
    insert into marketing.campaigns_daily by name
    with budgeted as (
      select *, max(spend_cents) over (partition by campaign_no, year(date), month(date)) as dearest
      from scratch.deliveries
    )
    select ${MARKETING_IDS.campaign('campaign_no')} as campaign_id, date, campaigns.name as campaign_name,
      ${renderOfChannel('name', 'budgeted.channel_no')} as channel,
      case when is_active then 'active' when day_no < budgeted.last_day + ${pausedDays} then 'paused'
        else 'ended' end as status,
      (${budgetStep} * cast(ceil(greatest(dearest, 1) * ${budgetRoom} / ${budgetStep})
        as bigint))::decimal(14, 0) / 100
        as daily_budget,
      spend_cents::decimal(14, 0) / 100 as spend,
      impressions,
      clicks,
      clicks / nullif(impressions, 0) as ctr,
      spend_cents / nullif(clicks, 0) / 100 as cpc,
      year(date) as year, month(date) as month, day(date) as day,
      ${stamp}
    from budgeted inner join scratch.campaigns as campaigns using (campaign_no)
    order by date, campaign_no`);
}

/** The part of a whole that falls to a row, by the running total of its weight: parts add up to the whole. */
function renderPart(whole: string, weight: string): string {
  const before = `(${weight}_so_far - ${weight})`;
  return `(${whole} * ${weight}_so_far // ${weight}_total - ${whole} * ${before} // ${weight}_total)`;
}

/** A weight's running total and total over the creatives of a campaign. */
function renderTotals(weight: string): string {
  const upToHere = 'partition by campaign_no order by creative_no rows unbounded preceding';
  return `
    cast(sum(${weight}) over (${upToHere}) as hugeint) as ${weight}_so_far,
    cast(sum(${weight}) over (partition by campaign_no) as hugeint) as ${weight}_total`;
}

/**
 * `marketing.ad_creatives`: one row per creative of a paid campaign. Its clicks are its own visits and its
 * part of the lost ones; views and money are split by clicks and by how well it does, to the last cent.
 */
async function writeAdCreatives(context: GeneratorContext): Promise<void> {
  const { engine, chance, stamp } = context;
  const list = (values: readonly string[]) => `['${values.join("', '")}']`;
  const kind = `${list(CREATIVES.map(({ type }) => type))}[place + 1]`;
  await engine.execute(`
    insert into marketing.ad_creatives by name
    with wholes as (
      select campaign_no, cast(sum(clicks - visits) as bigint) as lost,
        cast(sum(impressions - clicks) as bigint) as unclicked,
        cast(sum(spend_cents) as bigint) as spend_cents
      from scratch.deliveries group by all
    ), visited as (
      select creative_no, count(*) as visits from scratch.visits where creative_no is not null group by all
    ), planned as (
      select *, campaign_no * ${MOST_CREATIVES} + place as creative_no
      from (select campaign_no, name, unnest(range(${renderCreativeCount('campaign_no')}))::integer as place
        from scratch.campaigns where channel_no >= ${findChannel('linkedin')})
    ), weighed as (
      select planned.*, wholes.lost, wholes.unclicked, wholes.spend_cents,
        coalesce(visited.visits, 0) as visits,
        coalesce(visited.visits, 0) + 1 as loss
      from planned inner join wholes using (campaign_no) left join visited using (creative_no)
    ), clicked as (
      select *, visits + ${renderPart('lost', 'loss')} as clicks
      from (select *, ${renderTotals('loss')} from weighed)
    ), rated as (
      select *, clicks * (85 + ${chance.pick('h', 'price', 30)}) as money,
        clicks * (70 + ${chance.pick('h', 'rate', 60)}) + 1 as views
      from (select *, ${chance.key('creative_no', 'creative')} as h from clicked)
    ), split as (
      select *, clicks + ${renderPart('unclicked', 'views')} as impressions,
        coalesce(${renderPart('spend_cents', 'money')}, 0) as cents
      from (select * replace (nullif(money_total, 0) as money_total)
        from (select *, ${renderTotals('money')}, ${renderTotals('views')} from rated))
    )
    select ${MARKETING_IDS.creative('creative_no')} as creative_id,
      ${MARKETING_IDS.campaign('campaign_no')} as campaign_id, ${kind} as creative_type,
      name || ' – ' || ${list(CREATIVES.map(({ name }) => name))}[place + 1] as creative_name,
      impressions::bigint as impressions, clicks::bigint as clicks,
      clicks::double / nullif(impressions, 0) as ctr,
      cents::decimal(14, 0) / 100 as spend, ${stamp}
    from split
    order by creative_no`);
}

/** What the platforms report: campaigns by day, and creatives as they stand at the end of the history. */
export async function writeCampaigns(context: GeneratorContext): Promise<void> {
  await writeDeliveries(context);
  await writeCampaignsDaily(context);
  await writeAdCreatives(context);
}
