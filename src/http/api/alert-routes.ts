import { z } from '@hono/zod-openapi';
import { type ApiHandlers, day, defineRoutes, done, limit, name, range, words } from './api-route.ts';

const figure = z.union([z.number(), z.string()]);

const firing = z.object({
  rule: z.string(),
  severity: z.string(),
  entityKind: z.string(),
  entityId: z.string(),
  entityName: z.string(),
  customerId: z.string().nullable(),
  day: z.string(),
  value: figure,
  reference: figure.nullable(),
  measure: z.number().nullable(),
  sentence: z.string(),
  receipt: z.object({
    value: figure,
    reference: figure.nullable(),
    measure: z.number().nullable(),
    rule: z.string(),
    sql: z.string(),
    parameters: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
    watermarks: z.record(z.string(), z.string().nullable()),
    definition: z.object({ metric: z.string(), version: z.string() }),
  }),
});

/** What fired, as it stands in the workspace. */
export const recordedFiring = firing.extend({
  id: z.string(),
  ruleId: z.string(),
  ruleVersion: z.int(),
  isHistorical: z.boolean(),
  recordedAt: z.string(),
  isOutdated: z.boolean(),
  correctedValue: figure.nullable(),
});

export const ALERT_ROUTES = defineRoutes({
  listAlerts: {
    method: 'get',
    path: '/v1/alerts',
    tag: 'Alerts',
    summary: 'What fired, the latest day first.',
    role: 'viewer',
    query: z.strictObject({
      rule: name.optional(),
      customer: name.optional(),
      from: day.optional().describe('The first day.'),
      to: day.optional().describe('The last day.'),
      limit: limit(100),
    }),
    answer: z.object({ alerts: z.array(recordedFiring) }),
  },
  previewAlerts: {
    method: 'post',
    path: '/v1/alerts/preview',
    tag: 'Alerts',
    summary: 'What rules would have fired day by day, recording and telling nothing.',
    role: 'viewer',
    body: z.strictObject({
      rules: words.max(500_000).optional().describe('The text of an `alerts.yml` (docs/alerts.md).'),
      name: name.optional().describe('Only the rule of this name.'),
      days: z.int().min(1).max(366).default(90),
    }),
    answer: z.object({
      rules: z.array(
        z.object({ rule: z.string(), firings: z.array(firing), range, waits: z.string().nullable() }),
      ),
    }),
  },
  snoozeAlerts: {
    method: 'post',
    path: '/v1/alerts/snoozes',
    tag: 'Alerts',
    summary: 'Keeps a rule, a customer, or a rule for a customer quiet up to a day.',
    role: 'csm',
    body: z.strictObject({
      rule: name.optional(),
      customer: name.optional(),
      until: day.describe('The last quiet day.'),
      reason: words,
    }),
    answer: done,
    isChange: true,
  },
});

export const alertHandlers: ApiHandlers<typeof ALERT_ROUTES> = {
  listAlerts: async ({ tenure }, { query: { rule, customer, from, to, limit: most } }) => ({
    alerts: await tenure.alerts.list({
      limit: most,
      ...(rule === undefined ? {} : { rule }),
      ...(customer === undefined ? {} : { entityKind: 'customer', entityId: customer }),
      ...(from === undefined ? {} : { firstDay: from }),
      ...(to === undefined ? {} : { lastDay: to }),
    }),
  }),
  previewAlerts: async ({ tenure }, { body: { rules, ...rest } }) => ({
    rules: await tenure.alerts.preview({
      ...rest,
      ...(rules === undefined ? {} : { file: { name: 'rules', text: rules } }),
    }),
  }),
  snoozeAlerts: async ({ tenure }, { body: { rule, customer, until, reason }, viewer }) => {
    await tenure.alerts.snooze({
      ...(rule === undefined ? {} : { rule }),
      ...(customer === undefined ? {} : { entity: { kind: 'customer', id: customer } }),
      until,
      reason,
      by: viewer.name,
    });
    return { done: true };
  },
};
