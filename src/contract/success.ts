import {
  buildReference,
  buildSelfKnown,
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
import { TO } from './vocabulary.ts';

/** How customers fare: support, answers, goals, risk. */
export const SUCCESS_TABLES: readonly ContractTable[] = [
  {
    schema: 'raw',
    name: 'support_tickets',
    description: 'One row per support ticket of a customer.',
    key: ['ticket_id'],
    columns: [
      text('ticket_id', 'The ticket.', REQUIRED),
      text('customer_id', 'The customer who asked.', buildReference(TO.customer, REQUIRED)),
      date('created_date', 'Day it was opened, UTC.', REQUIRED),
      text('priority', 'How urgent it is.', {
        values: ['low', 'medium', 'high', 'critical'],
        aliases: {
          normal: 'medium',
          urgent: 'critical',
          p1: 'critical',
          p2: 'high',
          p3: 'medium',
          p4: 'low',
        },
      }),
      integer('resolution_time', 'Hours to resolution; empty while the ticket is open.', {
        ...NOT_NEGATIVE,
        knownAt: 'resolved_at',
      }),
      text('topic', 'What it is about.', {
        values: ['compliance', 'integration', 'billing', 'onboarding', 'feature_request'],
      }),
      timestamp('created_at', 'Exact time it was opened.', EXTENSION),
      timestamp('resolved_at', 'Exact time it was resolved.', buildSelfKnown('resolved_at', EXTENSION)),
      text('user_id', 'The person who asked.', buildReference(TO.user, EXTENSION)),
    ],
    eventTime: 'created_date',
  },
  {
    schema: 'raw',
    name: 'survey_responses',
    description: 'One row per survey question sent to one person, answered or not.',
    key: ['response_id'],
    columns: [
      text('response_id', 'The question sent.', REQUIRED),
      text('survey_type', 'Kind of survey; decides the scale of the score.', {
        ...REQUIRED,
        values: ['nps', 'csat', 'brand_aided', 'brand_unaided'],
      }),
      text('customer_id', 'The customer; empty for brand surveys.', buildReference(TO.customer)),
      text('user_id', 'The person asked.', buildReference(TO.user)),
      text('ticket_id', 'The ticket the question was about.', {
        references: 'raw.support_tickets.ticket_id',
      }),
      text('wave', 'The wave of a repeated survey, for example 2026-q1.'),
      timestamp('sent_at', 'When the question was sent.', REQUIRED),
      timestamp('responded_at', 'When it was answered; empty until then.', buildSelfKnown('responded_at')),
      float('score', 'The answer: nps 0–10, csat 1–5, brand 0 or 1.', {
        minimum: 0,
        maximum: 10,
        knownAt: 'responded_at',
      }),
    ],
    eventTime: 'sent_at',
  },
  {
    schema: 'raw',
    name: 'success_goals',
    description: 'One row per goal agreed with a customer.',
    key: ['goal_id'],
    columns: [
      text('goal_id', 'The goal.', REQUIRED),
      text('customer_id', 'The customer.', buildReference(TO.customer, REQUIRED)),
      text('goal_type', 'Kind of goal.', {
        values: ['first_value', 'onboarding', 'roi', 'kpi', 'certification', 'custom'],
      }),
      text('name', 'The goal in words.'),
      text('unit', 'Unit of the values.'),
      float('baseline_value', 'Where the customer started.'),
      float('target_value', 'Where the customer wants to be.'),
      date('target_date', 'By when.'),
      timestamp('achieved_at', 'When it was reached; empty until then.', buildSelfKnown('achieved_at')),
      float('achieved_value', 'The value reached.', { knownAt: 'achieved_at' }),
    ],
  },
  {
    schema: 'raw',
    name: 'risk_signals',
    description: 'One row per customer and day on which external risk flags were taken down.',
    key: ['customer_id', 'as_of_date'],
    columns: [
      text('customer_id', 'The customer.', buildReference(TO.customer, REQUIRED)),
      float('compliance_gap_score', '0 to 1; higher = more compliance gaps detected.', {
        minimum: 0,
        maximum: 1,
      }),
      integer('vendor_risk_flags', 'Count of third-party vendor risk alerts.', NOT_NEGATIVE),
      date('as_of_date', 'The day the flags hold for; the day of the load when the source does not say.', {
        ...EXTENSION,
        defaultValue: 'load_date',
      }),
    ],
    eventTime: 'as_of_date',
  },
];
