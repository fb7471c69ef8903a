import {
  bigint,
  buildReference,
  type ColumnTraits,
  date,
  EXTENSION,
  float,
  integer,
  money,
  NOT_NEGATIVE,
  REQUIRED,
  text,
  timestamp,
} from './columns.ts';
import type { ContractColumn, ContractTable } from './types.ts';
import { CHANNELS, DEVICE_TYPES, TO } from './vocabulary.ts';

const SESSION = 'marketing.sessions.session_id';
const SHARE: ColumnTraits = { minimum: 0, maximum: 1 };

function buildDateParts(): readonly ContractColumn[] {
  return [
    integer('year', 'Year of the date; filled from it when the source leaves it out.', {
      derivedFrom: { column: 'date', part: 'year' },
    }),
    integer('month', 'Month of the date, 1–12; filled from it when the source leaves it out.', {
      minimum: 1,
      maximum: 12,
      derivedFrom: { column: 'date', part: 'month' },
    }),
    integer('day', 'Day of the month, 1–31; filled from the date when the source leaves it out.', {
      minimum: 1,
      maximum: 31,
      derivedFrom: { column: 'date', part: 'day' },
    }),
  ];
}

/** Campaigns, visits, touchpoints and conversions of web visitors (dbt source `marketing_raw`). */
export const MARKETING_TABLES: readonly ContractTable[] = [
  {
    schema: 'marketing',
    name: 'campaigns_daily',
    description: 'One row per advertising campaign and day.',
    key: ['campaign_id', 'date'],
    columns: [
      text('campaign_id', 'The campaign.', REQUIRED),
      date('date', 'The day.', REQUIRED),
      text('campaign_name', 'Name of the campaign.'),
      text('channel', 'Advertising channel.', { ...REQUIRED, ...CHANNELS }),
      text('status', 'Status at the platform, for example active, paused, cancelled.', {
        isFolded: true,
        aliases: { enabled: 'active', canceled: 'cancelled' },
      }),
      money('daily_budget', 'Budget of the day.', NOT_NEGATIVE),
      money('spend', 'Amount spent on the day.', NOT_NEGATIVE),
      bigint('impressions', 'Count of impressions.', NOT_NEGATIVE),
      bigint('clicks', 'Count of clicks.', NOT_NEGATIVE),
      float('ctr', 'Click-through rate as the platform states it, 0 to 1.', SHARE),
      float('cpc', 'Cost per click as the platform states it.', NOT_NEGATIVE),
      ...buildDateParts(),
    ],
    eventTime: 'date',
  },
  {
    schema: 'marketing',
    name: 'ad_creatives',
    description: 'One row per advertising creative, with its counts so far.',
    key: ['creative_id'],
    columns: [
      text('creative_id', 'The creative.', REQUIRED),
      text('campaign_id', 'The campaign it belongs to.', buildReference(TO.campaign, REQUIRED)),
      text('creative_type', 'Type of creative.', {
        values: ['image', 'video', 'carousel'],
        aliases: { picture: 'image', photo: 'image' },
      }),
      text('creative_name', 'Name of the creative.'),
      bigint('impressions', 'Number of impressions.', NOT_NEGATIVE),
      bigint('clicks', 'Number of clicks.', NOT_NEGATIVE),
      float('ctr', 'Click-through rate as the platform states it, 0 to 1.', SHARE),
      money('spend', 'Amount spent on this creative.', NOT_NEGATIVE),
    ],
  },
  {
    schema: 'marketing',
    name: 'sessions',
    description: 'One row per visit of a web visitor.',
    key: ['session_id'],
    columns: [
      text('session_id', 'The visit.', REQUIRED),
      date('date', 'Day of the visit, UTC.', REQUIRED),
      text('user_id', 'The web visitor.', REQUIRED),
      text(
        'campaign_id',
        'The campaign that brought the visit; empty when none did.',
        buildReference(TO.campaign),
      ),
      text('creative_id', 'The creative that brought the visit.', {
        references: 'marketing.ad_creatives.creative_id',
      }),
      text('channel', 'How the visitor came.', { ...REQUIRED, ...CHANNELS }),
      timestamp('session_start', 'When the visit began.', REQUIRED),
      integer('session_duration_sec', 'How long it lasted, in seconds.', NOT_NEGATIVE),
      integer('pages_viewed', 'Pages looked at.', NOT_NEGATIVE),
      text('device_type', 'Device of the visitor.', DEVICE_TYPES),
      text('country', 'Country of the visitor.'),
      ...buildDateParts(),
    ],
    eventTime: 'session_start',
  },
  {
    schema: 'marketing',
    name: 'attribution_touchpoints',
    description: 'One row per contact of a web visitor with a campaign.',
    key: ['touchpoint_id'],
    columns: [
      text('touchpoint_id', 'The contact.', REQUIRED),
      text('session_id', 'The visit it began.', { references: SESSION }),
      text('user_id', 'The web visitor.', REQUIRED),
      text('campaign_id', 'The campaign.', buildReference(TO.campaign)),
      text('channel', 'The channel.', { ...REQUIRED, ...CHANNELS }),
      integer('touchpoint_position', 'Place in the visitor’s sequence, 1 = first.', { minimum: 1 }),
      timestamp('timestamp', 'When it happened.', REQUIRED),
    ],
    eventTime: 'timestamp',
  },
  {
    schema: 'marketing',
    name: 'conversions',
    description:
      'One row per conversion and attribution model; a conversion counts once, however many models credit it.',
    key: ['conversion_id', 'attribution_model'],
    columns: [
      text('conversion_id', 'The conversion.', REQUIRED),
      text('session_id', 'The visit in which it happened; empty when none is known.', {
        references: SESSION,
      }),
      date('date', 'Day of the conversion, UTC.', REQUIRED),
      text('user_id', 'The web visitor who bought.', REQUIRED),
      text(
        'attributed_campaign_id',
        'The campaign this model credits; empty when none.',
        buildReference(TO.campaign),
      ),
      text(
        'attribution_model',
        'The model that gives the credit, for example last_touch; `none` when unattributed.',
        {
          isFolded: true,
          defaultValue: 'none',
        },
      ),
      money('conversion_value', 'Value; negative for a refund.', REQUIRED),
      timestamp('timestamp', 'When it happened.', REQUIRED),
      ...buildDateParts(),
      text('customer_id', 'The customer account of the buyer.', buildReference(TO.customer, EXTENSION)),
    ],
    eventTime: 'timestamp',
  },
];
