import {
  bigint,
  boolean,
  buildReference,
  buildSelfKnown,
  date,
  float,
  integer,
  NOT_NEGATIVE,
  REQUIRED,
  text,
  timestamp,
} from './columns.ts';
import type { ContractTable } from './types.ts';
import { CHANNELS, TO } from './vocabulary.ts';

/** E-mail, social posts and experiments. */
export const OUTREACH_TABLES: readonly ContractTable[] = [
  {
    schema: 'raw',
    name: 'email_sends',
    description: 'One row per e-mail sent to one recipient.',
    key: ['message_id'],
    columns: [
      text('message_id', 'The message.', REQUIRED),
      text('campaign_id', 'The campaign it belongs to.', buildReference(TO.campaign)),
      text('recipient_id', 'Who received it.'),
      timestamp('sent_at', 'When it was sent.', REQUIRED),
      timestamp('delivered_at', 'When it was delivered.', buildSelfKnown('delivered_at')),
      timestamp('opened_at', 'When it was first opened.', buildSelfKnown('opened_at')),
      timestamp('clicked_at', 'When a link was first clicked.', buildSelfKnown('clicked_at')),
      timestamp('bounced_at', 'When it bounced.', buildSelfKnown('bounced_at')),
      boolean('machine_open', 'True when a mail client opened it, not a person.', { knownAt: 'opened_at' }),
    ],
    eventTime: 'sent_at',
  },
  {
    schema: 'raw',
    name: 'social_posts',
    description: 'One row per social post and day of its counts.',
    key: ['post_id', 'date'],
    columns: [
      text('post_id', 'The post.', REQUIRED),
      date('date', 'The day the counts hold for.', REQUIRED),
      text('channel', 'Where it was posted.', { ...REQUIRED, ...CHANNELS }),
      bigint('impressions', 'Times it was shown on the day.', NOT_NEGATIVE),
      bigint('engagements', 'Likes, comments, shares and clicks of the day.', NOT_NEGATIVE),
      bigint('followers', 'Followers of the channel at the end of the day.', NOT_NEGATIVE),
    ],
    eventTime: 'date',
  },
  {
    schema: 'raw',
    name: 'experiments',
    description: 'One row per experiment (A/B test).',
    key: ['experiment_id'],
    columns: [
      text('experiment_id', 'The experiment.', REQUIRED),
      text('name', 'Its name.'),
      text('primary_metric', 'What it is meant to move.'),
      text('unit', 'What is assigned to a variant.', { values: ['user', 'customer', 'visitor'] }),
      timestamp('start_at', 'When it began.', REQUIRED),
      timestamp('end_at', 'When it ended; empty while it runs.', buildSelfKnown('end_at')),
      integer('planned_n', 'Planned number of units.', NOT_NEGATIVE),
    ],
  },
  {
    schema: 'raw',
    name: 'experiment_exposures',
    description: 'One row per experiment and unit that saw a variant.',
    key: ['experiment_id', 'unit_id'],
    columns: [
      text('experiment_id', 'The experiment.', { ...REQUIRED, references: 'raw.experiments.experiment_id' }),
      text('unit_id', 'The user, customer or visitor.', REQUIRED),
      text('variant', 'The variant it saw.', REQUIRED),
      timestamp('exposed_at', 'When it first saw it.', REQUIRED),
      timestamp('converted_at', 'When it did what the experiment counts.', buildSelfKnown('converted_at')),
      float('value', 'What the conversion was worth.', { knownAt: 'converted_at' }),
    ],
    eventTime: 'exposed_at',
  },
];
