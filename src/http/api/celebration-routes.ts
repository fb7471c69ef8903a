import { z } from '@hono/zod-openapi';
import { type ApiHandlers, day, defineRoutes, interval, limit, name, words } from './api-route.ts';

const optionalText = z.string().nullable();
const optionalNumber = z.number().nullable();
const kind = z.enum(['email', 'social', 'gift', 'case_study']);
const way = z.enum(['email', 'social', 'gift', 'case_study', 'call', 'other']);
const params = z.strictObject({ milestoneId: name });

/** How a milestone is celebrated. */
export const celebration = z.object({
  milestoneId: z.string(),
  customerId: z.string(),
  state: z.string(),
  version: z.int(),
  revision: z.int(),
  kind: kind.nullable(),
  recipientName: optionalText,
  recipientAddress: optionalText,
  subject: optionalText,
  text: optionalText,
  html: optionalText,
  suggestedAt: z.string(),
  draftedBy: optionalText,
  draftedAt: optionalText,
  approvedBy: optionalText,
  approvedAt: optionalText,
  sentAt: optionalText,
  celebrationType: way.nullable(),
  celebratedBy: optionalText,
  celebratedAt: optionalText,
  note: optionalText,
  skippedBy: optionalText,
  skippedAt: optionalText,
  skippedReason: optionalText,
});

const share = z.object({
  n: z.int(),
  celebrated: z.int(),
  share: optionalNumber,
  interval: interval.nullable(),
  late: z.int(),
  skipped: z.int(),
  stillOpen: z.int(),
  matured: z.object({ n: z.int(), celebrated: z.int(), share: optionalNumber }),
});

const shareRow = share.extend({ key: optionalText, label: z.string() });
const sample = z.object({ n: z.int(), mean: optionalNumber });

const report = share.extend({
  asOf: z.string(),
  from: z.string(),
  minimumPriority: z.number(),
  goal: z.number(),
  verdict: z.string(),
  byType: z.array(shareRow),
  byOwner: z.array(shareRow),
  sentiment: z.object({
    customers: z.int(),
    before: sample,
    after: sample,
    difference: optionalNumber,
    interval: interval.nullable(),
    verdict: z.string(),
  }),
});

const candidate = z.object({
  customerId: z.string(),
  customerName: z.string(),
  industry: optionalText,
  segment: optionalText,
  planTier: optionalText,
  csmId: optionalText,
  csmName: optionalText,
  signupDate: z.string(),
  tenureDays: z.number(),
  healthScore: optionalNumber,
  healthBand: z.string(),
  latestNpsScore: optionalNumber,
  latestNpsOn: optionalText,
  isReferenceOk: z.boolean().nullable(),
  mrr: optionalNumber,
  firstMrr: optionalNumber,
  mrrGrowthPct: optionalNumber,
  users: optionalNumber,
  apiCalls: optionalNumber,
  hasDocumentedRoi: z.boolean().nullable(),
  roiGoal: optionalText,
  roiUnit: optionalText,
  roiBaselineValue: optionalNumber,
  roiTargetValue: optionalNumber,
  roiAchievedValue: optionalNumber,
  roiAchievedOn: optionalText,
  state: z.string(),
  url: optionalText,
  lastAskedOn: optionalText,
  checks: z.array(
    z.object({ name: z.string(), isMet: z.boolean().nullable(), needs: z.string(), found: z.string() }),
  ),
  checksMet: z.int(),
  isReady: z.boolean(),
  milestones: z.array(z.object({ name: z.string(), value: optionalText, achievedOn: z.string() })),
});

const CSV = 'text/csv';
const common = { method: 'post', tag: 'Celebrations', role: 'csm', params, answer: celebration } as const;

export const CELEBRATION_ROUTES = defineRoutes({
  listCelebrations: {
    method: 'get',
    path: '/v1/celebrations',
    tag: 'Celebrations',
    summary: 'Celebrations, the latest first.',
    role: 'viewer',
    query: z.strictObject({ limit: limit(100) }),
    answer: z.object({ celebrations: z.array(celebration) }),
  },
  reportCelebrations: {
    method: 'get',
    path: '/v1/celebrations/report',
    tag: 'Celebrations',
    summary: 'How many significant milestones were celebrated within 30 days.',
    role: 'viewer',
    query: z.strictObject({ from: day.optional() }),
    answer: report,
  },
  listCaseStudyCandidates: {
    method: 'get',
    path: '/v1/case-studies/candidates',
    tag: 'Celebrations',
    summary: 'Customers a case study could be written of, with what is met and what is missing.',
    role: 'viewer',
    query: z.strictObject({ format: z.enum(['json', 'csv']).optional() }),
    answer: z.object({ candidates: z.array(candidate) }),
    formats: [CSV],
  },
  draftCelebration: {
    ...common,
    path: '/v1/celebrations/{milestoneId}/draft',
    summary: 'Fills in a template for the customer; a draft that is there already stays.',
    body: z.strictObject({ kind }),
    isChange: true,
  },
  editCelebration: {
    ...common,
    path: '/v1/celebrations/{milestoneId}/edit',
    summary: 'Changes the words or the recipient of a draft.',
    body: z.strictObject({
      subject: words.optional(),
      text: words.optional(),
      recipient: z.strictObject({ name: name.nullable(), address: name }).optional(),
    }),
    isChange: true,
  },
  approveCelebration: {
    ...common,
    path: '/v1/celebrations/{milestoneId}/approve',
    summary: 'Lets the revision that was read go out, once.',
    body: z.strictObject({ revision: z.int().min(0).max(1_000_000) }),
    isChange: true,
  },
  markCelebrated: {
    ...common,
    path: '/v1/celebrations/{milestoneId}/done',
    summary: 'Notes that a milestone was celebrated in another way.',
    body: z.strictObject({ how: way, note: words.optional() }),
    isChange: true,
  },
  skipCelebration: {
    ...common,
    path: '/v1/celebrations/{milestoneId}/skip',
    summary: 'Leaves a milestone uncelebrated, for a reason.',
    body: z.strictObject({ reason: words }),
    isChange: true,
  },
});

type Edit = Parameters<
  Parameters<ApiHandlers<typeof CELEBRATION_ROUTES>['editCelebration']>[0]['tenure']['celebrations']['edit']
>[0]['edit'];

function buildEdit({ subject, text, recipient }: { [Key in keyof Edit]?: Edit[Key] | undefined }): Edit {
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(text === undefined ? {} : { text }),
    ...(recipient === undefined ? {} : { recipient }),
  };
}

export const celebrationHandlers: ApiHandlers<typeof CELEBRATION_ROUTES> = {
  listCelebrations: async ({ tenure }, { query }) => ({
    celebrations: await tenure.celebrations.list(query.limit),
  }),
  reportCelebrations: async ({ tenure }, { query }) => tenure.celebrations.report(query),
  listCaseStudyCandidates: async ({ tenure }, { query, accept }) => {
    const isCsv = query.format === undefined ? accept.includes(CSV) : query.format === 'csv';
    if (!isCsv) return { candidates: await tenure.celebrations.candidates() };
    const headers = { 'content-type': `${CSV}; charset=utf-8` };
    return new Response(await tenure.celebrations.exportCandidates(), { headers });
  },
  draftCelebration: async ({ tenure }, { params: { milestoneId }, body, viewer }) =>
    tenure.celebrations.draft({ milestoneId, by: viewer.name, ...body }),
  editCelebration: async ({ tenure }, { params: { milestoneId }, body, viewer }) =>
    tenure.celebrations.edit({ milestoneId, by: viewer.name, edit: buildEdit(body) }),
  approveCelebration: async ({ tenure }, { params: { milestoneId }, body, viewer }) =>
    tenure.celebrations.approve({ milestoneId, by: viewer.name, ...body }),
  markCelebrated: async ({ tenure }, { params: { milestoneId }, body, viewer }) =>
    tenure.celebrations.done({ milestoneId, by: viewer.name, ...body }),
  skipCelebration: async ({ tenure }, { params: { milestoneId }, body, viewer }) =>
    tenure.celebrations.skip({ milestoneId, by: viewer.name, ...body }),
};
