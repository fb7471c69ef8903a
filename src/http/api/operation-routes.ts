import { z } from '@hono/zod-openapi';
import { type ApiHandlers, defineRoutes, limit, name, rows } from './api-route.ts';

const optionalText = z.string().nullable();

export const OPERATION_ROUTES = defineRoutes({
  listRuns: {
    method: 'get',
    path: '/v1/runs',
    tag: 'Operation',
    summary: 'What was run in the workspace, the latest first.',
    role: 'viewer',
    query: z.strictObject({ limit: limit(50) }),
    answer: rows,
  },
  showFreshness: {
    method: 'get',
    path: '/v1/freshness',
    tag: 'Operation',
    summary: 'The day that is answered for, when it was built, and up to which day each source has data.',
    role: 'viewer',
    answer: z.object({
      asOf: z.string(),
      builtAt: z.string(),
      isStale: z.boolean().describe('True when data was loaded or taken back since.'),
      note: optionalText.describe('What whoever reads the figures has to know of their age.'),
      sources: z.array(z.object({ source: z.string(), lastEventDate: optionalText })),
    }),
  },
  listAudit: {
    method: 'get',
    path: '/v1/audit',
    tag: 'Operation',
    summary: 'Who did what, the latest first.',
    role: 'admin',
    query: z.strictObject({ actor: name.optional(), action: name.optional(), limit: limit(100) }),
    answer: z.object({
      entries: z.array(
        z.object({
          id: z.string(),
          at: z.string(),
          actor: z.string(),
          action: z.string(),
          subject: optionalText,
          detail: z.record(z.string(), z.unknown()),
          address: optionalText,
        }),
      ),
    }),
  },
  listKeys: {
    method: 'get',
    path: '/v1/keys',
    tag: 'Operation',
    summary: 'The keys there are and were, without the keys themselves.',
    role: 'admin',
    answer: z.object({
      keys: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          role: z.string(),
          memberId: optionalText,
          start: z.string(),
          createdAt: z.string(),
          expiresAt: optionalText,
          lastUsedAt: optionalText,
          revokedAt: optionalText,
        }),
      ),
    }),
  },
});

export const operationHandlers: ApiHandlers<typeof OPERATION_ROUTES> = {
  listRuns: async ({ tenure }, { query }) => ({ rows: await tenure.listRuns(query.limit) }),
  showFreshness: async ({ tenure }) => ({ ...(await tenure.status()), sources: await tenure.listSources() }),
  listAudit: async ({ tenure }, { query }) => ({ entries: await tenure.access.listAudit(query) }),
  listKeys: async ({ tenure }) => ({ keys: await tenure.access.listKeys() }),
};
