import { quoteLiteral } from '../base/index.ts';
import {
  buildPlacements,
  CHANNELS,
  findChannel,
  listFlights,
  MARKETING_LEAD_IN,
  MOST_CREATIVES,
  PLACES,
} from './campaigns.ts';
import type { GeneratorContext } from './generator.ts';

/** Number of a channel from a uniform column: the front of the list for low values. */
export function renderChannelNo(uniform: string, share: 'share' | 'leadShare'): string {
  const bounds: number[] = [];
  for (const channel of CHANNELS.slice(0, -1)) bounds.push((bounds.at(-1) ?? 0) + channel[share]);
  const steps = bounds.map((bound) => `cast(${uniform} >= ${bound.toFixed(4)}::double as integer)`);
  return `(1 + ${steps.join(' + ')})`;
}

/** A value of a channel from its number. */
export function renderOfChannel(column: 'name' | 'source', channelNo: string): string {
  return `[${CHANNELS.map((channel) => quoteLiteral(channel[column])).join(', ')}][${channelNo}]`;
}

/** The channel in force: a paid one without a running campaign brings nobody, they come by search instead. */
export function renderRunningChannel(channelNo: string, campaignNo: string): string {
  const isWithoutCampaign = `${channelNo} >= ${findChannel('email')} and ${campaignNo} is null`;
  return `case when ${isWithoutCampaign} then ${findChannel('organic')} else ${channelNo} end`;
}

/** The number of the campaign that gets a visit, if any: by day, channel's number and a uniform column. */
export function renderCampaignNo(dayNo: string, channelNo: string, uniform: string): string {
  const epoch = `getvariable('campaign_epochs')[${dayNo} + ${MARKETING_LEAD_IN + 1}]`;
  const place = `cast(floor(${uniform} * ${PLACES}) as integer)`;
  return `getvariable('campaign_places')[(${epoch} * ${CHANNELS.length} + ${channelNo} - 1) * ${PLACES}
    + ${place} + 1]`;
}

/** How many creatives a campaign has: 3 to 5. */
export function renderCreativeCount(campaignNo: string): string {
  return `(3 + ${campaignNo} % 3)`;
}

/** The number of one of a campaign's creatives, from a uniform column; the first are shown most. */
export function renderCreativeNo(campaignNo: string, uniform: string): string {
  const place = `cast(floor(${uniform} * sqrt(${uniform}) * ${renderCreativeCount(campaignNo)}) as integer)`;
  return `(${campaignNo} * ${MOST_CREATIVES} + ${place})`;
}

/** A moment from a day of the history, negative before it, and a second of the day. */
export function renderMoment({ plan }: GeneratorContext, dayNo: string, second: string): string {
  const start = `(epoch_us(timestamp '${plan.asOf}') // 1000000 - ${plan.days * 86_400})`;
  return `make_timestamptz((${start} + ${dayNo}::bigint * 86400 + ${second}) * 1000000)`;
}

/** Ids of campaigns and creatives from their numbers; none for none. */
export const MARKETING_IDS = {
  campaign: (campaignNo: string) => `getvariable('campaign_ids')[${campaignNo}]`,
  creative: (creativeNo: string) => `getvariable('creative_ids')[${creativeNo} + 1]`,
};

/** The id of a visitor of the site, from its number. */
export function renderVisitorId({ chance }: GeneratorContext, visitorNo: string): string {
  return chance.shortId('v', visitorNo, 'visitor');
}

/** The id of a visit, or of what happened on it, from the visitor's id and the number of the visit. */
export function renderVisitId(letter: string): string {
  return `concat('${letter}', right(visitor_id, 9), visit_no)`;
}

/**
 * `scratch.campaigns`: one row per campaign with its first and last day. And the lists that visits look their
 * campaign up in, where a join would lose the order of the rows: `campaign_epochs`, `campaign_places` and the
 * ids.
 */
export async function writeCampaignPlan({ engine, plan, chance }: GeneratorContext): Promise<void> {
  const flights = listFlights(plan.days);
  const { epochs, campaigns } = buildPlacements(plan.days);
  const rows = flights.map(({ campaignNo, name, channelNo, firstDay, lastDay }) => {
    const { cpcCents, clickRate } = CHANNELS[channelNo - 1] ?? {};
    return `(${campaignNo}, ${quoteLiteral(name)}, ${channelNo}, ${firstDay}, ${lastDay}, ${cpcCents},
      ${clickRate}::double)`;
  });
  const list = (values: readonly (number | null)[]) =>
    `[${values.map((value) => value ?? 'null').join(', ')}]`;
  const creatives = (flights.length + 1) * MOST_CREATIVES;
  await engine.execute(`
    create table scratch.campaigns as
    select * from (values ${rows.join(', ')})
      as campaigns(campaign_no, name, channel_no, first_day, last_day, cpc_cents, click_rate)
    order by campaign_no;
    set variable campaign_epochs = ${list(epochs)}::integer[];
    set variable campaign_places = ${list(campaigns)}::integer[];
    set variable campaign_ids = (
      select list(${chance.shortId('c', 'campaign_no', 'campaign')} order by campaign_no)
        from scratch.campaigns
    );
    set variable creative_ids = (
      select list(${chance.shortId('a', 'creative_no', 'creative')} order by creative_no)
      from range(${creatives}) as creatives(creative_no)
    )`);
}
