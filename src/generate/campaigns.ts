/** One way in to the company's site. */
export interface Channel {
  readonly name: string;
  /** In words, as a source of leads. */
  readonly source: string;
  /** Share of anonymous visitors who come first this way. */
  readonly share: number;
  /** Share of leads who come this way. */
  readonly leadShare: number;
  /** Price of a click in cents; only where clicks are bought or counted. */
  readonly cpcCents?: number;
  /** Clicks per impression. */
  readonly clickRate?: number;
}

/**
 * From the channel whose visitors fit the product best to the one whose visitors fit least: who fits better
 * is drawn from the front of the list. Shares add up to 1.
 */
export const CHANNELS: readonly Channel[] = [
  { name: 'referral', source: 'referral', share: 0.07, leadShare: 0.13 },
  { name: 'organic', source: 'organic search', share: 0.22, leadShare: 0.27 },
  { name: 'direct', source: 'direct', share: 0.17, leadShare: 0.15 },
  { name: 'email', source: 'newsletter', share: 0.07, leadShare: 0.084, cpcCents: 45, clickRate: 0.034 },
  {
    name: 'linkedin',
    source: 'linkedin ads',
    share: 0.09,
    leadShare: 0.13,
    cpcCents: 1900,
    clickRate: 0.0062,
  },
  {
    name: 'google_ads',
    source: 'google ads',
    share: 0.17,
    leadShare: 0.18,
    cpcCents: 2100,
    clickRate: 0.034,
  },
  { name: 'reddit', source: 'reddit ads', share: 0.025, leadShare: 0.012, cpcCents: 650, clickRate: 0.0048 },
  { name: 'meta', source: 'meta ads', share: 0.075, leadShare: 0.03, cpcCents: 900, clickRate: 0.0105 },
  { name: 'twitter', source: 'twitter ads', share: 0.03, leadShare: 0.006, cpcCents: 600, clickRate: 0.0072 },
  {
    name: 'pinterest',
    source: 'pinterest ads',
    share: 0.02,
    leadShare: 0.0025,
    cpcCents: 450,
    clickRate: 0.0041,
  },
  { name: 'tiktok', source: 'tiktok ads', share: 0.04, leadShare: 0.004, cpcCents: 420, clickRate: 0.0088 },
  {
    name: 'snapchat',
    source: 'snapchat ads',
    share: 0.02,
    leadShare: 0.0015,
    cpcCents: 350,
    clickRate: 0.0067,
  },
];

/** The place of a channel in the list, from 1: what scratch tables hold in its stead. */
export function findChannel(name: string): number {
  return CHANNELS.findIndex((channel) => channel.name === name) + 1;
}

export interface Campaign {
  readonly name: string;
  readonly channel: string;
  /** First and last day, as shares of the marketing history; 1 still runs on its last day. */
  readonly from: number;
  readonly to: number;
}

/** A paid channel without a running campaign brings nobody: Pinterest and Snapchat were tried for a while. */
export const CAMPAIGNS: readonly Campaign[] = [
  { name: 'Brand search', channel: 'google_ads', from: 0, to: 1 },
  { name: 'Compliance software', channel: 'google_ads', from: 0, to: 0.46 },
  { name: 'Audit readiness', channel: 'google_ads', from: 0.3, to: 0.82 },
  { name: 'Evidence automation', channel: 'google_ads', from: 0.5, to: 1 },
  { name: 'Compared with spreadsheets', channel: 'google_ads', from: 0.7, to: 1 },
  { name: 'Compliance leaders', channel: 'linkedin', from: 0, to: 0.55 },
  { name: 'Security engineers', channel: 'linkedin', from: 0.18, to: 0.62 },
  { name: 'Finance and risk', channel: 'linkedin', from: 0.48, to: 1 },
  { name: 'Customer stories', channel: 'linkedin', from: 0.58, to: 1 },
  { name: 'Audit season', channel: 'linkedin', from: 0.86, to: 1 },
  { name: 'Founders', channel: 'meta', from: 0, to: 0.38 },
  { name: 'Health startups', channel: 'meta', from: 0.25, to: 0.6 },
  { name: 'Site visitors again', channel: 'meta', from: 0.35, to: 1 },
  { name: 'Checklist download', channel: 'meta', from: 0.66, to: 1 },
  { name: 'Security talk', channel: 'reddit', from: 0, to: 0.52 },
  { name: 'Ask an auditor', channel: 'reddit', from: 0.45, to: 1 },
  { name: 'Product news', channel: 'twitter', from: 0, to: 0.4 },
  { name: 'Conference week', channel: 'twitter', from: 0.36, to: 1 },
  { name: 'Policy templates', channel: 'pinterest', from: 0.2, to: 0.5 },
  { name: 'Office posters', channel: 'pinterest', from: 0.62, to: 0.88 },
  { name: 'Audit in a minute', channel: 'tiktok', from: 0.28, to: 0.6 },
  { name: 'Compliance myths', channel: 'tiktok', from: 0.55, to: 1 },
  { name: 'Young founders', channel: 'snapchat', from: 0.1, to: 0.34 },
  { name: 'Hiring checks', channel: 'snapchat', from: 0.34, to: 0.7 },
  { name: 'Monthly briefing', channel: 'email', from: 0, to: 1 },
  { name: 'Product course', channel: 'email', from: 0.3, to: 1 },
];

/** A campaign by its number, from 1, and the days it runs, counted from the first day of the history. */
export interface Flight extends Campaign {
  readonly campaignNo: number;
  readonly channelNo: number;
  readonly firstDay: number;
  readonly lastDay: number;
}

/** Days before the history from which leads, and the visits before them, can come. */
export const MARKETING_LEAD_IN = 150;

/** The campaigns of a history of so many days, laid over it. */
export function listFlights(days: number): readonly Flight[] {
  const dayOf = (share: number) => Math.floor(share * (days + MARKETING_LEAD_IN)) - MARKETING_LEAD_IN;
  return CAMPAIGNS.map((campaign, index) => ({
    ...campaign,
    campaignNo: index + 1,
    channelNo: findChannel(campaign.channel),
    firstDay: dayOf(campaign.from),
    lastDay: campaign.to === 1 ? days : dayOf(campaign.to) - 1,
  }));
}

/** Places among which the visits of a channel are dealt to its running campaigns. */
export const PLACES = 4;

/** A campaign's creatives are numbered from this on, times its own number. */
export const MOST_CREATIVES = 8;

/** Which campaign gets a visit: the epoch by day, from the lead-in on; the campaign by epoch and place. */
export interface Placements {
  readonly epochs: readonly number[];
  readonly campaigns: readonly (number | null)[];
}

/** Running campaigns take turns over the places of their channel; without any, the places are empty. */
export function buildPlacements(days: number): Placements {
  const flights = listFlights(days);
  const starts = [...new Set(flights.flatMap(({ firstDay, lastDay }) => [firstDay, lastDay + 1]))].sort(
    (a, b) => a - b,
  );
  const epochs = Array.from(
    { length: days + MARKETING_LEAD_IN + 1 },
    (_, offset) => starts.filter((start) => start <= offset - MARKETING_LEAD_IN).length - 1,
  );
  const campaigns = starts.flatMap((start) =>
    CHANNELS.flatMap(({ name }) => {
      const running = flights.filter(
        ({ channel, firstDay, lastDay }) => channel === name && firstDay <= start && start <= lastDay,
      );
      return Array.from(
        { length: PLACES },
        (_, place) => running[place % running.length]?.campaignNo ?? null,
      );
    }),
  );
  return { epochs, campaigns };
}
