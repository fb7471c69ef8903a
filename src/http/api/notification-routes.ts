import { z } from '@hono/zod-openapi';
import type { NotificationRow } from '../../app/index.ts';
import { type ApiHandlers, counted, defineRoutes, done, limit, name, words } from './api-route.ts';

const STATES = ['pending', 'sending', 'held', 'bundled', 'sent', 'uncertain', 'dead', 'cancelled'] as const;
const optionalText = z.string().nullable();

const notification = z.object({
  id: z.string(),
  kind: z.string(),
  channel: z.string(),
  recipientId: optionalText,
  address: optionalText,
  route: z.string(),
  customerId: optionalText,
  subjectId: optionalText,
  line: z.string(),
  state: z.enum(STATES),
  stateReason: optionalText,
  attempts: z.int(),
  createdAt: z.string(),
  deliverAfter: z.string(),
  nextAttemptAt: z.string(),
  sentAt: optionalText,
  lastError: optionalText,
  readAt: optionalText,
});

const notifications = z.object({ notifications: z.array(notification) });
const params = z.strictObject({ id: name });

export const NOTIFICATION_ROUTES = defineRoutes({
  listNotifications: {
    method: 'get',
    path: '/v1/notifications',
    tag: 'Notifications',
    summary: 'Rows of the outbox, for example those that are `dead` or `uncertain`.',
    role: 'viewer',
    query: z.strictObject({ state: z.enum(STATES).optional(), limit: limit(100) }),
    answer: notifications,
  },
  listInbox: {
    method: 'get',
    path: '/v1/notifications/inbox',
    tag: 'Notifications',
    summary:
      'What a person is told, the latest first: the member the key stands for unless another is given.',
    role: 'viewer',
    query: z.strictObject({ person: name.optional(), limit: limit(50) }),
    answer: notifications,
  },
  retryNotification: {
    method: 'post',
    path: '/v1/notifications/{id}/retry',
    tag: 'Notifications',
    summary: 'Has a dead notification sent again.',
    role: 'csm',
    params,
    answer: done,
    isChange: true,
  },
  decideNotification: {
    method: 'post',
    path: '/v1/notifications/{id}/decide',
    tag: 'Notifications',
    summary: 'Says of an uncertain e-mail that it counts as sent, or goes again.',
    role: 'csm',
    params,
    body: z.strictObject({ decision: z.enum(['sent', 'again']) }),
    answer: done,
    isChange: true,
  },
  snoozeNotifications: {
    method: 'post',
    path: '/v1/notifications/snoozes',
    tag: 'Notifications',
    summary: 'Puts off or drops what is planned; answers how many that wait follow it.',
    role: 'csm',
    body: z.strictObject({
      scope: z.enum(['member', 'customer', 'subject']),
      scopeId: name,
      mode: z.enum(['delay', 'drop']).default('delay'),
      until: z.iso.datetime(),
      reason: words,
    }),
    answer: counted,
    isChange: true,
  },
});

/** What a card says stands in its channel; here is what became of it. */
function dropContent({ content: _, providerRef: __, dedupeKey: ___, ...row }: NotificationRow) {
  return row;
}

export const notificationHandlers: ApiHandlers<typeof NOTIFICATION_ROUTES> = {
  listNotifications: async ({ tenure }, { query }) => ({
    notifications: (await tenure.notifications.list(query)).map(dropContent),
  }),
  listInbox: async ({ tenure }, { query, viewer }) => {
    const person = query.person ?? viewer.memberId ?? undefined;
    return { notifications: (await tenure.notifications.inbox(person, query.limit)).map(dropContent) };
  },
  retryNotification: async ({ tenure }, { params: { id }, viewer }) => {
    await tenure.notifications.retry(id, viewer.name);
    return { done: true };
  },
  decideNotification: async ({ tenure }, { params: { id }, body, viewer }) => {
    await tenure.notifications.decide(id, { ...body, by: viewer.name });
    return { done: true };
  },
  snoozeNotifications: async ({ tenure }, { body, viewer }) => ({
    changed: await tenure.notifications.snooze({ ...body, createdBy: viewer.name }),
  }),
};
