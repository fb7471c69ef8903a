import { z } from '@hono/zod-openapi';
import { definitionSchema } from '../../milestones/index.ts';
import { type ApiHandlers, counted, day, defineRoutes, limit, name, row, rows, words } from './api-route.ts';

const definitions = z
  .union([z.array(definitionSchema), words.max(500_000)])
  .describe('A list of definitions, or the text of a `milestones.yml` (docs/milestones.md).');

/** Definitions as the library reads them; JSON is YAML too. */
function buildSource(given: z.infer<typeof definitions>) {
  return { name: 'definitions', text: typeof given === 'string' ? given : JSON.stringify(given, null, 1) };
}

export const MILESTONE_ROUTES = defineRoutes({
  listMilestones: {
    method: 'get',
    path: '/v1/milestones',
    tag: 'Milestones',
    summary: 'What customers reached, the newest first.',
    role: 'viewer',
    query: z.strictObject({
      customer: name.optional(),
      type: name.optional(),
      since: day.optional(),
      owner: name.optional(),
      revoked: z.enum(['true', 'false']).default('false').describe('With those that were revoked.'),
      limit: limit(100),
    }),
    answer: rows,
  },
  listUpcomingMilestones: {
    method: 'get',
    path: '/v1/milestones/upcoming',
    tag: 'Milestones',
    summary: 'What is expected in the next days, and how often such dates came true.',
    role: 'viewer',
    query: z.strictObject({ days: limit(90, 730), owner: name.optional() }),
    answer: z.object({
      rows: z.array(row),
      quality: z.object({
        tried: z.int(),
        hitRate: z.number().nullable(),
        factors: z.tuple([z.number(), z.number().nullable()]).nullable(),
      }),
    }),
  },
  listMilestoneDefinitions: {
    method: 'get',
    path: '/v1/milestones/definitions',
    tag: 'Milestones',
    summary: 'What counts as a milestone.',
    role: 'viewer',
    answer: z.object({
      definitions: z.array(
        definitionSchema.extend({ id: z.string(), version: z.int(), isShipped: z.boolean() }),
      ),
    }),
  },
  importMilestoneDefinitions: {
    method: 'post',
    path: '/v1/milestones/definitions',
    tag: 'Milestones',
    summary: 'Takes definitions over; answers how many are new or changed.',
    role: 'admin',
    body: z.strictObject({ definitions }),
    answer: counted,
    isChange: true,
  },
  previewMilestones: {
    method: 'post',
    path: '/v1/milestones/preview',
    tag: 'Milestones',
    summary: 'What definitions would have found in all of history, and the alerts of each owner a week.',
    role: 'viewer',
    body: z.strictObject({
      definitions: definitions.optional(),
      name: name.optional().describe('Only the definition of this name.'),
      limit: z.int().min(1).max(1000).default(100),
    }),
    answer: z.object({
      findings: z.array(row),
      alerts: z.array(row),
      waiting: z.array(z.object({ name: z.string(), problem: z.string(), hint: z.string() })),
    }),
  },
});

export const milestoneHandlers: ApiHandlers<typeof MILESTONE_ROUTES> = {
  listMilestones: async ({ tenure }, { query }) => {
    const { customer, owner, revoked, ...rest } = query;
    const filter = { ...rest, customerId: customer, ownerId: owner, hasRevoked: revoked === 'true' };
    return { rows: await tenure.milestones.list(filter) };
  },
  listUpcomingMilestones: async ({ tenure }, { query }) =>
    tenure.milestones.upcoming({ days: query.days, ownerId: query.owner }),
  listMilestoneDefinitions: async ({ tenure }) => ({
    definitions: await tenure.milestones.listDefinitions(),
  }),
  importMilestoneDefinitions: async ({ tenure }, { body }) => ({
    changed: await tenure.milestones.import(buildSource(body.definitions)),
  }),
  previewMilestones: async ({ tenure }, { body }) => {
    const { definitions: given, ...rest } = body;
    return tenure.milestones.preview({
      ...rest,
      ...(given === undefined ? {} : { file: buildSource(given) }),
    });
  },
};
