import type { ColumnTraits } from './columns.ts';

/** Plans from the cheapest to the dearest. */
export const PLAN_TIERS: ColumnTraits = {
  values: ['free', 'starter', 'growth', 'enterprise'],
  aliases: { trial: 'free', trialing: 'free', basic: 'starter' },
};

/** Where paid marketing runs, and the unpaid ways in that a session can have. */
export const CHANNELS: ColumnTraits = {
  values: [
    'google_ads',
    'meta',
    'linkedin',
    'tiktok',
    'twitter',
    'pinterest',
    'reddit',
    'snapchat',
    'organic',
    'direct',
    'referral',
    'email',
  ],
  aliases: {
    google: 'google_ads',
    adwords: 'google_ads',
    googleads: 'google_ads',
    facebook: 'meta',
    facebook_ads: 'meta',
    instagram: 'meta',
    meta_ads: 'meta',
    linkedin_ads: 'linkedin',
    tiktok_ads: 'tiktok',
    x: 'twitter',
    twitter_ads: 'twitter',
    organic_search: 'organic',
    seo: 'organic',
    '(direct)': 'direct',
    '(none)': 'direct',
    newsletter: 'email',
  },
};

export const DEVICE_TYPES: ColumnTraits = {
  values: ['desktop', 'mobile', 'tablet'],
  aliases: { web: 'desktop', computer: 'desktop', phone: 'mobile', smartphone: 'mobile' },
};

export const PLATFORMS: ColumnTraits = {
  values: ['desktop', 'mobile', 'tablet', 'api'],
  aliases: { web: 'desktop', phone: 'mobile', ios: 'mobile', android: 'mobile' },
};

export const STAGES: ColumnTraits = {
  values: ['prospecting', 'qualification', 'proposal', 'closed_won', 'closed_lost'],
  aliases: { prospect: 'prospecting', qualified: 'qualification', won: 'closed_won', lost: 'closed_lost' },
};

/** The tables most columns point at. */
export const TO = {
  customer: 'raw.customers.customer_id',
  user: 'raw.users.user_id',
  member: 'raw.team_members.member_id',
  campaign: 'marketing.campaigns_daily.campaign_id',
} as const;
