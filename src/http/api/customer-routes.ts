import { z } from '@hono/zod-openapi';
import { CUSTOMER_FILTERS, CUSTOMER_ORDERS } from '../../app/index.ts';
import { recordedFiring } from './alert-routes.ts';
import { type ApiHandlers, defineRoutes, limit, listed, name, offset, row } from './api-route.ts';
import { celebration } from './celebration-routes.ts';

const optionalText = z.string().nullable();
const optionalNumber = z.number().nullable();

const entry = z.object({
  customerId: z.string(),
  customerName: z.string(),
  planTier: optionalText,
  segment: optionalText,
  industry: optionalText,
  csmId: optionalText,
  csmName: optionalText,
  signupDate: optionalText,
  isActive: z.boolean().describe('False where it has no contract on the day.'),
  mrr: optionalNumber.describe('USD a month.'),
  healthScore: optionalNumber.describe('0 to 100.'),
  healthBand: optionalText,
  healthTrend30d: optionalNumber.describe('The score less that of 30 days before, in points.'),
  churnRiskScore: optionalNumber.describe('Probability of churn, 0 to 100.'),
  churnTier: optionalText,
  mrrAtRisk: optionalNumber.describe('USD a month.'),
  renewsOn: optionalText.describe('When the contract ends unless it is renewed.'),
});

const profile = entry
  .pick({
    customerId: true,
    customerName: true,
    planTier: true,
    segment: true,
    industry: true,
    csmId: true,
    csmName: true,
    signupDate: true,
    isActive: true,
    renewsOn: true,
  })
  .extend({
    asOf: z.string().describe('The day the warehouse was built for.'),
    timezone: optionalText,
    contactName: optionalText,
    contactEmail: optionalText,
    isReferenceOk: z.boolean().nullable().describe('True when it agreed to be named in public.'),
    tenureDays: optionalNumber,
    churnDate: optionalText,
    firstValueOn: optionalText,
    seats: optionalNumber,
    openExpansions: optionalNumber,
  });

const figures = z
  .object({
    currentMrr: optionalNumber.describe('USD a month.'),
    previousMonthMrr: optionalNumber,
    mrrAtRisk: optionalNumber,
    customerHealthScore: optionalNumber,
    healthBand: z.string(),
    healthTrend30d: optionalNumber,
    healthCoveragePct: optionalNumber,
    healthVersion: optionalNumber,
    overrideReason: optionalText.describe('Why the score was set by hand; null where it was not.'),
    churnRiskScore: optionalNumber,
    churnTier: optionalText,
    expansionPotentialScore: optionalNumber,
    expansionTier: optionalText,
    isUpgraded: z.boolean(),
    quadrant: optionalText,
    users: optionalNumber,
    dailyActiveUsers: optionalNumber,
    weeklyActiveUsers: optionalNumber,
    monthlyActiveUsers: optionalNumber,
    usageChange: optionalNumber.describe('30 days against the 30 before, as a share.'),
    events30d: optionalNumber,
    coreFeatureAdoptionRate: optionalNumber,
    openTickets: optionalNumber,
    supportTickets30d: optionalNumber,
    avgTicketResolutionHours: optionalNumber,
    npsScore: optionalNumber,
    csatScore: optionalNumber,
    score7dAgo: optionalNumber,
    score30dAgo: optionalNumber,
    whatMoved7d: optionalText,
    whatMoved30d: optionalText,
  })
  .describe('By the names of the metrics; null without a contract on the day.');

const points = z.object({
  component: z.string(),
  componentScore: optionalNumber,
  pointsEarned: optionalNumber,
  pointsLost: optionalNumber,
  pointsEarned7dAgo: optionalNumber,
  pointsEarned30dAgo: optionalNumber,
});

const dayOfCustomer = z.object({
  metricDate: z.string(),
  isActive: z.boolean(),
  healthScore: optionalNumber,
  mrr: optionalNumber,
  events: optionalNumber.describe('Null where no usage is on record.'),
  dailyActiveUsers: optionalNumber,
  weeklyActiveUsers: optionalNumber,
});

const feature = z.object({
  featureId: z.string(),
  featureName: z.string(),
  category: optionalText,
  uses30d: z.number(),
  uses90d: z.number(),
  lastUsedOn: z.string(),
});

const score = z.object({
  model: z.string(),
  version: z.string(),
  probability: z.number(),
  tier: z.string(),
  baseRate: optionalNumber,
  reasons: z
    .array(
      z.object({
        feature: z.string(),
        value: optionalText,
        contribution: z.number(),
        words: z.string(),
      }),
    )
    .describe('The strongest first; a contribution is in log-odds.'),
});

const subscription = z.object({
  validFrom: z.string(),
  validTo: optionalText,
  changeType: z.string(),
  planTier: optionalText,
  mrr: optionalNumber.describe('USD a month.'),
  seats: optionalNumber,
  billingInterval: optionalText,
  termEnd: optionalText,
});

const deal = z.object({
  oppId: z.string(),
  opportunityType: optionalText,
  stage: z.string(),
  isOpen: z.boolean(),
  amount: optionalNumber.describe('USD a year.'),
  closeDate: optionalText,
  salesOwner: optionalText.describe('`sales_owner` as it was loaded.'),
  ownerName: optionalText.describe('Who owns it, by the name that the sales metrics have.'),
});

const ticket = z.object({
  ticketId: z.string(),
  createdDate: z.string(),
  priority: optionalText,
  topic: optionalText,
  isOpen: z.boolean(),
  resolutionHours: optionalNumber,
});

const survey = z.object({
  surveyType: z.string(),
  wave: optionalText,
  respondedAt: z.string(),
  score: z.number(),
});

const goal = z.object({
  name: optionalText,
  goalType: optionalText,
  unit: optionalText,
  targetValue: optionalNumber,
  achievedValue: optionalNumber,
  targetDate: optionalText,
  achievedAt: optionalText,
});

const action = z.object({
  rule: z.string(),
  priority: z.number(),
  action: z.string(),
  reason: z.string(),
  valueUsd: optionalNumber.describe('USD a year.'),
});

const customer = z.object({
  profile,
  figures: figures.nullable(),
  points: z.array(points).describe('What each component of the health score earns and loses.'),
  days: z.array(dayOfCustomer).describe('A year of days, the first one first.'),
  features: z.array(feature).describe('Of the last 90 days, the most used first.'),
  scores: z.array(score),
  subscriptions: z.array(subscription),
  deals: z.array(deal),
  tickets: z.array(ticket),
  surveys: z.array(survey),
  goals: z.array(goal),
  actions: z.array(action).describe('What to do next.'),
  milestones: z.array(row).describe('Reached, the newest first.'),
  celebrations: z.array(celebration),
  upcoming: z.array(row).describe('Expected in the next 90 days.'),
  alerts: z.array(recordedFiring).describe('The latest first.'),
});

const MOST_CUSTOMERS = 200;

export const CUSTOMER_ROUTES = defineRoutes({
  listCustomers: {
    method: 'get',
    path: '/v1/customers',
    tag: 'Customers',
    summary: 'Customers on the day the warehouse was built for, a page of them.',
    role: 'viewer',
    query: z.strictObject({
      q: name.optional().describe('A part of the name, or of the id.'),
      plan_tier: listed.optional(),
      segment: listed.optional(),
      industry: listed.optional(),
      csm_name: listed.optional(),
      health_band: listed.optional(),
      churn_tier: listed.optional(),
      ended: z.enum(['true', 'false']).default('false').describe('With those that have no contract.'),
      order: z.enum(CUSTOMER_ORDERS).default('mrr_at_risk'),
      direction: z
        .enum(['asc', 'desc'])
        .optional()
        .describe('Names from A, figures from the greatest unless given. What is unknown comes last.'),
      limit: limit(50, MOST_CUSTOMERS),
      offset,
    }),
    answer: z.object({
      asOf: z.string(),
      rows: z.array(entry),
      total: z.int().describe('How many there are, of whatever page.'),
      mrr: optionalNumber.describe('Of all of them, USD a month.'),
      mrrAtRisk: optionalNumber.describe('Of all of them, USD a month.'),
    }),
  },
  showCustomer: {
    method: 'get',
    path: '/v1/customers/{id}',
    tag: 'Customers',
    summary: 'Everything on one customer.',
    role: 'viewer',
    params: z.strictObject({ id: name }),
    answer: customer,
  },
});

export const customerHandlers: ApiHandlers<typeof CUSTOMER_ROUTES> = {
  listCustomers: async ({ tenure }, { query }) => {
    const { ended, direction, ...rest } = query;
    return tenure.customers.list({
      ...rest,
      filters: Object.fromEntries(CUSTOMER_FILTERS.map((filter) => [filter, query[filter] ?? []])),
      hasEnded: ended === 'true',
      isDescending: direction === undefined ? undefined : direction === 'desc',
    });
  },
  showCustomer: async ({ tenure }, { params }) => tenure.customers.show(params.id),
};
