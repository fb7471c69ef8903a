import {
  boolean,
  buildReference,
  buildSelfKnown,
  date,
  EXTENSION,
  integer,
  money,
  NOT_NEGATIVE,
  REQUIRED,
  text,
  timestamp,
} from './columns.ts';
import type { ContractTable } from './types.ts';
import { PLAN_TIERS, TO } from './vocabulary.ts';

/** Who pays, since when, for what, and what selling to them costs. */
export const CUSTOMER_TABLES: readonly ContractTable[] = [
  {
    schema: 'raw',
    name: 'customers',
    description: 'One row per customer (account), with its current state; the primary entity.',
    key: ['customer_id'],
    columns: [
      text('customer_id', 'The customer: an opaque id, usually a UUID.', REQUIRED),
      text('industry', 'Line of business, for example fintech, healthtech, legaltech, hr tech.', {
        isFolded: true,
      }),
      text('plan_tier', 'The plan the customer is on now.', { ...REQUIRED, ...PLAN_TIERS }),
      date('signup_date', 'Date of the first contract.', REQUIRED),
      money('mrr', 'Monthly recurring revenue now.', { ...REQUIRED, ...NOT_NEGATIVE }),
      date(
        'churn_date',
        'Date the customer left; empty while it is active (censored).',
        buildSelfKnown('churn_date'),
      ),
      date(
        'upgrade_date',
        'Date the customer moved to the next plan tier; empty when it has not.',
        buildSelfKnown('upgrade_date'),
      ),
      text('name', 'Name of the company, for people to read.', EXTENSION),
      text('segment', 'A grouping of your own, for example smb or mid-market.', {
        ...EXTENSION,
        isFolded: true,
      }),
      text('csm_id', 'The customer success manager in charge.', buildReference(TO.member, EXTENSION)),
      text('timezone', 'IANA time zone of the customer, for anniversaries; UTC when empty.', EXTENSION),
      text('contact_name', 'The person to write to.', EXTENSION),
      text('contact_email', 'Where to write.', EXTENSION),
      boolean('is_reference_ok', 'True when the customer agreed to be named in public.', EXTENSION),
    ],
  },
  {
    schema: 'raw',
    name: 'subscription_periods',
    description:
      'One row per stretch of time during which a subscription had one plan, price and term; where present, the truth for mrr, plan, upgrade, churn and return.',
    key: ['subscription_id', 'valid_from'],
    columns: [
      text('subscription_id', 'The subscription.', REQUIRED),
      date('valid_from', 'First day on which this row holds.', REQUIRED),
      text('customer_id', 'The customer who pays.', buildReference(TO.customer, REQUIRED)),
      text('plan_tier', 'The plan in force.', { ...REQUIRED, ...PLAN_TIERS }),
      text('billing_interval', 'How often it is billed.', {
        values: ['month', 'year'],
        aliases: { monthly: 'month', annual: 'year', annually: 'year', yearly: 'year' },
      }),
      integer('seats', 'Seats bought.', NOT_NEGATIVE),
      money('mrr', 'Monthly recurring revenue in force.', { ...REQUIRED, ...NOT_NEGATIVE }),
      date(
        'valid_to',
        'First day on which this row no longer holds; empty while it does.',
        buildSelfKnown('valid_to'),
      ),
      date('term_start', 'First day of the contract term.'),
      date('term_end', 'Last day of the contract term, known in advance.'),
      text('change_type', 'What made this row begin.', {
        values: ['new', 'renewal', 'expansion', 'contraction', 'reactivation', 'churn'],
        aliases: {
          renewed: 'renewal',
          upgrade: 'expansion',
          downgrade: 'contraction',
          canceled: 'churn',
          cancelled: 'churn',
          cancellation: 'churn',
        },
      }),
      text('renewed_from', 'The subscription this one renews.'),
    ],
    eventTime: 'valid_from',
  },
  {
    schema: 'raw',
    name: 'gtm_costs',
    description:
      'One row per month, category and channel of what going to market cost beside ad spend; spread evenly over the days of the month.',
    key: ['month', 'category', 'channel'],
    columns: [
      date('month', 'First day of the month.', REQUIRED),
      text('category', 'What the money went to.', { ...REQUIRED, values: ['people', 'tools', 'agency'] }),
      text('channel', 'The channel it served; `all` when it served no single one.', {
        isFolded: true,
        defaultValue: 'all',
      }),
      money('amount', 'Cost of the month.', REQUIRED),
    ],
    eventTime: 'month',
  },
  {
    schema: 'raw',
    name: 'users',
    description: 'One row per person who uses the product on behalf of a customer.',
    key: ['user_id'],
    columns: [
      text('user_id', 'The person using the product.', REQUIRED),
      text('customer_id', 'The customer the person belongs to.', buildReference(TO.customer, REQUIRED)),
      text('role', 'Role inside the product, for example admin or member.', { isFolded: true }),
      timestamp('created_at', 'When the account of the person was made.', REQUIRED),
      timestamp(
        'activated_at',
        'When the person first did what the product is for; empty until then.',
        buildSelfKnown('activated_at'),
      ),
      timestamp(
        'deactivated_at',
        'When the account was switched off; empty while it works.',
        buildSelfKnown('deactivated_at'),
      ),
    ],
    eventTime: 'created_at',
  },
];
