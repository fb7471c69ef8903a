import {
  bigint,
  boolean,
  buildReference,
  buildSelfKnown,
  type ColumnTraits,
  date,
  EXTENSION,
  float,
  integer,
  NOT_NEGATIVE,
  REQUIRED,
  text,
  timestamp,
} from './columns.ts';
import type { ContractTable } from './types.ts';
import { PLAN_TIERS, PLATFORMS, TO } from './vocabulary.ts';

const AT_SESSION_END: ColumnTraits = { minimum: 0, knownAt: 'ended_at' };

/** What people and machines do in the product. */
export const PRODUCT_TABLES: readonly ContractTable[] = [
  {
    schema: 'raw',
    name: 'product_sessions',
    description: 'One row per visit of a user to the product, or per run of an API client.',
    key: ['session_id'],
    columns: [
      text('session_id', 'The session.', REQUIRED),
      text('customer_id', 'The customer.', buildReference(TO.customer, REQUIRED)),
      text('user_id', 'The person; empty for API clients without one.', buildReference(TO.user)),
      timestamp('started_at', 'When the session began.', REQUIRED),
      timestamp('ended_at', 'When it ended; empty while it runs.', buildSelfKnown('ended_at')),
      text('platform', 'Where it ran.', PLATFORMS),
      text('app_version', 'Version of the product that served it.'),
      integer('page_views', 'Pages looked at.', AT_SESSION_END),
      integer('request_count', 'Requests made.', AT_SESSION_END),
      integer('error_count', 'Requests that failed.', AT_SESSION_END),
      boolean('crashed', 'True when the session ended in a crash.', { knownAt: 'ended_at' }),
    ],
    eventTime: 'started_at',
  },
  {
    schema: 'raw',
    name: 'usage_events',
    description:
      'One row per product interaction (or per batch of equal ones, see quantity); high cardinality.',
    key: ['event_id'],
    columns: [
      text('event_id', 'The event: an opaque id, usually a UUID.', REQUIRED),
      text('customer_id', 'The customer.', buildReference(TO.customer, REQUIRED)),
      timestamp('timestamp', 'When it happened, UTC.', REQUIRED),
      text(
        'event_type',
        'What happened; premium_feature_trial = a feature of the next plan tier was tried.',
        {
          ...REQUIRED,
          values: [
            'evidence_upload',
            'monitoring_run',
            'report_view',
            'user_invite',
            'integration_connect',
            'api_call',
            'premium_feature_trial',
            'feature_used',
          ],
        },
      ),
      float('feature_adoption_score', 'Composite adoption score at the time of the event, 0 to 1.', {
        minimum: 0,
        maximum: 1,
      }),
      text('user_id', 'The person who did it.', buildReference(TO.user, EXTENSION)),
      text('session_id', 'The session in which it happened.', {
        ...EXTENSION,
        references: 'raw.product_sessions.session_id',
      }),
      text('feature_id', 'The feature it concerns.', { ...EXTENSION, references: 'raw.features.feature_id' }),
      bigint('quantity', 'How many equal events the row stands for.', {
        ...EXTENSION,
        minimum: 0,
        defaultValue: 1,
      }),
    ],
    eventTime: 'timestamp',
  },
  {
    schema: 'raw',
    name: 'features',
    description: 'One row per feature of the product.',
    key: ['feature_id'],
    columns: [
      text('feature_id', 'The feature.', REQUIRED),
      text('name', 'Its name.'),
      text('category', 'How central it is.', { values: ['core', 'advanced', 'premium', 'integration'] }),
      text('min_plan_tier', 'The lowest plan that includes it.', PLAN_TIERS),
      timestamp('released_at', 'When it was released.'),
      text('release_version', 'Version of the product that brought it.'),
      timestamp(
        'retired_at',
        'When it was withdrawn; empty while it is offered.',
        buildSelfKnown('retired_at'),
      ),
    ],
  },
  {
    schema: 'raw',
    name: 'devices',
    description: 'One row per device, agent or connector a customer runs.',
    key: ['device_id'],
    columns: [
      text('device_id', 'The device.', REQUIRED),
      text('customer_id', 'The customer who runs it.', buildReference(TO.customer, REQUIRED)),
      text('device_type', 'Kind of device, in your own words.', { isFolded: true }),
      timestamp('installed_at', 'When it was installed.', REQUIRED),
      timestamp('retired_at', 'When it was taken out; empty while it runs.', buildSelfKnown('retired_at')),
    ],
  },
  {
    schema: 'raw',
    name: 'device_days',
    description: 'One row per device and day of its readings.',
    key: ['device_id', 'day'],
    columns: [
      text('device_id', 'The device.', { ...REQUIRED, references: 'raw.devices.device_id' }),
      date('day', 'The day, UTC.', REQUIRED),
      integer('uptime_minutes', 'Minutes it was up.', NOT_NEGATIVE),
      integer('expected_minutes', 'Minutes it should have been up.', NOT_NEGATIVE),
      bigint('events', 'Events it sent.', NOT_NEGATIVE),
      bigint('errors', 'Events that were errors.', NOT_NEGATIVE),
      float('volume', 'Volume it processed, in the unit of the product.', NOT_NEGATIVE),
    ],
    eventTime: 'day',
  },
];
