import {
  buildReference,
  buildSelfKnown,
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
import type { ContractTable } from './types.ts';
import { STAGES, TO } from './vocabulary.ts';

const OPPORTUNITY = 'raw.gtm_opportunities.opp_id';

/** The team, its quotas, its deals and what it does for them. */
export const SALES_TABLES: readonly ContractTable[] = [
  {
    schema: 'raw',
    name: 'team_members',
    description: 'One row per member of the customer success, sales or marketing team.',
    key: ['member_id'],
    columns: [
      text('member_id', 'The member.', REQUIRED),
      text('name', 'Name.'),
      text('email', 'E-mail address.'),
      text('slack_id', 'Slack user id, for mentions.'),
      text('role', 'What the member does.', { values: ['csm', 'ae', 'sdr', 'manager', 'marketing'] }),
      text('team', 'Team, in your own words.'),
      text('timezone', 'IANA time zone.'),
      date('active_from', 'First day in the team.'),
      date('active_to', 'Last day in the team; empty while active.', buildSelfKnown('active_to')),
      text('manager_id', 'The member this one reports to.', buildReference(TO.member)),
    ],
  },
  {
    schema: 'raw',
    name: 'quotas',
    description: 'One row per member and quota period.',
    key: ['member_id', 'period_start'],
    columns: [
      text('member_id', 'The member.', buildReference(TO.member, REQUIRED)),
      date('period_start', 'First day of the period.', REQUIRED),
      date('period_end', 'Last day of the period.', REQUIRED),
      money('quota_amount', 'What is to be closed in the period.', { ...REQUIRED, ...NOT_NEGATIVE }),
    ],
  },
  {
    schema: 'raw',
    name: 'gtm_opportunities',
    description: 'One row per sales or expansion opportunity, with its current stage (CRM style).',
    key: ['opp_id'],
    columns: [
      text('opp_id', 'The opportunity.', REQUIRED),
      text('customer_id', 'The customer; empty while a new logo is none yet.', buildReference(TO.customer)),
      text('stage', 'Current stage.', { ...REQUIRED, ...STAGES, knownAt: '_loaded_at' }),
      date('close_date', 'Actual or expected close date.', { knownAt: '_loaded_at' }),
      money('amount', 'Value of the opportunity.', { knownAt: '_loaded_at' }),
      text('sales_owner', 'Anonymised name of the sales rep.'),
      text('opportunity_type', 'expansion = upgrade of an existing customer, new_business = net-new logo.', {
        values: ['expansion', 'new_business', 'renewal'],
        aliases: { upsell: 'expansion', new: 'new_business', new_logo: 'new_business' },
      }),
      timestamp('created_at', 'When it was opened.', EXTENSION),
      timestamp('closed_at', 'When it was won or lost.', buildSelfKnown('closed_at', EXTENSION)),
      text('owner_id', 'The team member who owns it.', buildReference(TO.member, EXTENSION)),
      text('lead_id', 'The lead it came from.', { ...EXTENSION, references: 'raw.leads.lead_id' }),
    ],
  },
  {
    schema: 'raw',
    name: 'opportunity_stage_history',
    description: 'One row per stage an opportunity entered.',
    key: ['opp_id', 'entered_at'],
    columns: [
      text('opp_id', 'The opportunity.', { ...REQUIRED, references: OPPORTUNITY }),
      timestamp('entered_at', 'When it entered the stage.', REQUIRED),
      text('stage', 'The stage entered.', { ...REQUIRED, ...STAGES }),
      money('amount', 'Value of the opportunity at that time.'),
    ],
    eventTime: 'entered_at',
  },
  {
    schema: 'raw',
    name: 'sales_activities',
    description: 'One row per call, e-mail, meeting or other contact by a team member.',
    key: ['activity_id'],
    columns: [
      text('activity_id', 'The activity.', REQUIRED),
      text('member_id', 'Who did it.', buildReference(TO.member, REQUIRED)),
      text('customer_id', 'The customer it was for.', buildReference(TO.customer)),
      text('opp_id', 'The opportunity it was for.', { references: OPPORTUNITY }),
      text('activity_type', 'Kind of contact.', {
        ...REQUIRED,
        values: ['call', 'email', 'meeting', 'in_app', 'qbr'],
        aliases: { e_mail: 'email', phone: 'call', phone_call: 'call' },
      }),
      text('purpose', 'What it was for.', {
        values: ['prospecting', 'expansion', 'celebration', 'renewal', 'support'],
      }),
      timestamp('occurred_at', 'When it took place.', REQUIRED),
      integer('duration_sec', 'How long it took, in seconds.', NOT_NEGATIVE),
      text('outcome', 'What came of it, in your own words.', { isFolded: true }),
    ],
    eventTime: 'occurred_at',
  },
  {
    schema: 'raw',
    name: 'leads',
    description: 'One row per lead; the bridge between web visitors and customers.',
    key: ['lead_id'],
    columns: [
      text('lead_id', 'The lead.', REQUIRED),
      text('visitor_id', 'The web visitor (`user_id` of the schema marketing).'),
      timestamp('created_at', 'When the lead came in.', REQUIRED),
      timestamp('mql_at', 'When marketing qualified it.', buildSelfKnown('mql_at')),
      timestamp('sql_at', 'When sales qualified it.', buildSelfKnown('sql_at')),
      timestamp('converted_at', 'When it became a customer.', buildSelfKnown('converted_at')),
      text('source', 'Where it came from, in your own words.', { isFolded: true }),
      text('campaign_id', 'The campaign it came from.', buildReference(TO.campaign)),
      float('score', 'Lead score of your own system.'),
      text(
        'customer_id',
        'The customer it became.',
        buildReference(TO.customer, { knownAt: 'converted_at' }),
      ),
      text('opp_id', 'The opportunity it became.', { references: OPPORTUNITY, knownAt: 'sql_at' }),
    ],
    eventTime: 'created_at',
  },
];
