import { TenureError } from '../base/index.ts';
import {
  type Actor,
  type Celebration,
  type CustomerFacts,
  fetchCustomerFacts,
  renderAddressHint,
} from '../celebrations/index.ts';
import {
  CELEBRATION_WAYS,
  fetchCards,
  type Interaction,
  MILESTONE_ACTIONS,
  type ModalDraft,
  renderCelebratedModal,
  renderEmailModal,
} from '../notify/index.ts';
import { followCelebrated, type MailDesk, sendApproved, UNDERWAY } from './celebration-mail.ts';
import type { Storage } from './storage/storage.ts';

/** What a click or a submission is acted on with; the state by a connection in no transaction. */
export interface SlackDesk extends MailDesk {
  readonly storage: Storage;
}

/** An interaction that is about a milestone. */
export type MilestoneInteraction = Interaction & { readonly milestoneId: string };
type Modal = ReturnType<typeof renderEmailModal>;

/** A modal would show less of a longer text than is approved. */
const MOST_CHARACTERS = 3000;

function buildActor({ user }: Interaction): Actor {
  return { kind: 'person', name: user.name };
}

/** What the last good warehouse knows of a customer. */
export async function fetchFacts(
  { storage }: Pick<SlackDesk, 'storage'>,
  customerId: string,
): Promise<CustomerFacts | undefined> {
  const warehouse = await storage.open('warehouse');
  try {
    return (await fetchCustomerFacts(warehouse, [customerId])).get(customerId);
  } finally {
    await warehouse.close();
  }
}

async function fetchCustomerId({ celebrations }: SlackDesk, milestoneId: string): Promise<string> {
  const milestone = await celebrations.fetchMilestone(milestoneId);
  if (milestone === null) throw new TenureError('CELEBRATION_MILESTONE_UNKNOWN', { milestone: milestoneId });
  return milestone.customerId;
}

function buildPlace({ channel, messageTs }: Interaction): Pick<ModalDraft, 'channel' | 'messageTs'> {
  return { ...(channel === null ? {} : { channel }), ...(messageTs === null ? {} : { messageTs }) };
}

const KINDS = {
  email: 'A celebration e-mail',
  social: 'A request for permission',
  gift: 'An offer of a gift',
  case_study: 'An invitation to a case study',
} as const;

function buildUnderway({ approvedBy, state, kind }: Celebration): TenureError {
  const message = KINDS[kind ?? 'email'];
  return new TenureError('CELEBRATION_UNDERWAY', { message, by: approvedBy ?? 'somebody', state });
}

/** @throws TenureError CELEBRATION_UNDERWAY where a message was approved */
export function assertNotUnderway(celebration: Celebration | null): void {
  if (celebration !== null && UNDERWAY.includes(celebration.state)) throw buildUnderway(celebration);
}

/** Drafts the message a button asks for; what somebody approved already is not drafted anew under their hands. */
async function buildDraftModal(desk: SlackDesk, click: MilestoneInteraction): Promise<Modal> {
  const { milestoneId } = click;
  const purpose = click.action === MILESTONE_ACTIONS.email ? 'email' : 'permission';
  const customerId = await fetchCustomerId(desk, milestoneId);
  const before = await desk.celebrations.fetch(milestoneId);
  assertNotUnderway(before);
  const customer = await fetchFacts(desk, customerId);
  const hint = renderAddressHint(customer?.adminUsers ?? []);
  if (customer === undefined)
    throw new TenureError('CELEBRATION_ADDRESS_MISSING', { customer: customerId, hint });
  const kind = purpose === 'email' ? 'email' : 'social';
  const draft = await desk.celebrations.draft({ milestoneId, kind, customer, actor: buildActor(click) });
  const to = draft.recipientAddress;
  if (to === null) throw new TenureError('CELEBRATION_ADDRESS_MISSING', { customer: customerId, hint });
  const text = draft.text ?? '';
  if (text.length > MOST_CHARACTERS) {
    const problem = `its text has more than the ${MOST_CHARACTERS} characters a modal of Slack holds`;
    throw new TenureError('CELEBRATION_INVALID', { milestone: milestoneId, problem });
  }
  return renderEmailModal({
    milestoneId,
    purpose,
    revision: draft.revision,
    customerName: customer.name ?? customerId,
    to,
    subject: draft.subject ?? '',
    text,
    ...buildPlace(click),
  });
}

async function buildWaysModal(desk: SlackDesk, click: MilestoneInteraction): Promise<Modal> {
  const { milestoneId } = click;
  const customerId = await fetchCustomerId(desk, milestoneId);
  const [card] = await fetchCards(desk.state, milestoneId);
  const customerName = card?.content.kind === 'milestone' ? card.content.card.customerName : customerId;
  return renderCelebratedModal({ milestoneId, customerName, ...buildPlace(click) });
}

/**
 * What a click on a button of a card opens.
 *
 * @throws TenureError for whatever may not be done with the milestone, and WAREHOUSE_MISSING
 */
export function buildModal(desk: SlackDesk, click: MilestoneInteraction): Promise<Modal> {
  return click.action === MILESTONE_ACTIONS.celebrated
    ? buildWaysModal(desk, click)
    : buildDraftModal(desk, click);
}

/** True for what this submission made of the draft before it was cut short. */
function isOwnEdit(celebration: Celebration, { values, user }: MilestoneInteraction): boolean {
  const text = (values['text'] ?? '').replace(/\r\n?/g, '\n').trim();
  return celebration.text === text && (celebration.approvedBy ?? celebration.draftedBy) === user.name;
}

async function approveDraft(
  { celebrations }: SlackDesk,
  submission: MilestoneInteraction,
  before: Celebration,
): Promise<Celebration> {
  const { milestoneId, values, revision: seen } = submission;
  if (UNDERWAY.includes(before.state)) {
    if (!isOwnEdit(before, submission)) throw buildUnderway(before);
    return before;
  }
  if (before.revision !== seen && !isOwnEdit(before, submission)) {
    const details = { milestone: milestoneId, revision: before.revision, seen: seen ?? 'none' };
    throw new TenureError('CELEBRATION_CHANGED', details);
  }
  const actor = buildActor(submission);
  const edit = { subject: values['subject'] ?? '', text: values['text'] ?? '' };
  const { revision } = await celebrations.edit({ milestoneId, actor, edit });
  return celebrations.approve({ milestoneId, revision, actor });
}

async function runApproval(desk: SlackDesk, submission: MilestoneInteraction): Promise<void> {
  const { milestoneId } = submission;
  const before = await desk.celebrations.fetch(milestoneId);
  if (before === null) throw new TenureError('CELEBRATION_MILESTONE_UNKNOWN', { milestone: milestoneId });
  const celebration = await approveDraft(desk, submission, before);
  await sendApproved(desk, celebration);
}

function parseWay(how: string | undefined): keyof typeof CELEBRATION_WAYS {
  const way = Object.keys(CELEBRATION_WAYS).find((name) => name === how);
  if (way === undefined) throw new TenureError('INTERACTION_INVALID', { problem: 'it does not say how' });
  return way as keyof typeof CELEBRATION_WAYS;
}

async function runCelebrated(desk: SlackDesk, submission: MilestoneInteraction): Promise<void> {
  const { milestoneId, values } = submission;
  const celebration = await desk.celebrations.markCelebrated({
    milestoneId,
    actor: buildActor(submission),
    how: parseWay(values['how']),
    note: values['note'],
  });
  await followCelebrated(desk, celebration);
}

/**
 * Does what a submitted modal approves. Cut short, it may be run again: what was done stays as it is.
 *
 * @throws TenureError for whatever may not be done with the milestone
 */
export function runSubmission(desk: SlackDesk, submission: MilestoneInteraction): Promise<void> {
  return submission.action === MILESTONE_ACTIONS.celebrated
    ? runCelebrated(desk, submission)
    : runApproval(desk, submission);
}
