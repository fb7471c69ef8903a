// Telling people: a transactional outbox, the worker that empties it, and what messages look like.
// The caller enqueues in its own transaction, runs the worker on a connection of its own, and wires the buttons of Slack.

// What is told, and to whom.
export { type AlertCard, renderAlertCard } from './alert-card.ts';
export { buildEmail } from './build-email.ts';
export { type Digest, renderDigest } from './digest-card.ts';
export type { EmailDraft } from './email-draft.ts';
// Writing to the outbox, and reading it.
export { type EnqueueReport, enqueueAlerts, enqueueCardUpdate, enqueueEmail } from './enqueue.ts';
export { listInbox, markRead } from './inbox-store.ts';
// Buttons and modals of Slack.
export { recordInteraction } from './interaction-store.ts';
export {
  type CardPart,
  listCardParts,
  MILESTONE_ACTIONS,
  type MilestoneCard,
  renderMilestoneCard,
  renderMilestoneText,
} from './milestone-card.ts';
export {
  CELEBRATION_WAYS,
  type ModalDraft,
  renderCelebratedModal,
  renderEmailModal,
  renderNoticeModal,
} from './modals.ts';
export { openModal } from './open-modal.ts';
// Sending.
export { openNotifyPorts } from './open-ports.ts';
export {
  fetchCard,
  fetchCards,
  listAttempts,
  listNotifications,
  type NotificationRow,
  resolveUncertain,
  retryDead,
  withdrawEmail,
} from './outbox-store.ts';
export type { AlertItem, CardContent, TeamMember } from './outbox-types.ts';
export { type Interaction, parseInteraction } from './parse-interaction.ts';
export { type PlanInput, planDeliveries, type Snooze } from './plan-deliveries.ts';
export type { NotifyPorts } from './ports.ts';
export { runWorkerOnce, type WorkerReport } from './run-worker.ts';
export { type Channels, listChannels, type NotifySecrets, readNotifySecrets } from './secrets.ts';
export { defaultNotifySettings, type NotifySettings, readNotifySettings } from './settings.ts';
export { verifySlackSignature } from './slack-signature.ts';
export { dropPlannedAlerts, snoozePlanned } from './snooze-planned-store.ts';
export { endSnooze, listSnoozes, writeSnooze } from './snooze-store.ts';
