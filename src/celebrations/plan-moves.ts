import { renderParagraphs, TenureError } from '../base/index.ts';
import type { Actor, CelebrationType, DraftKind, Message, Recipient } from './celebration-types.ts';
import { parseFieldText } from './field-text.ts';
import { tidySubject } from './message-text.ts';
import { assertMove, assertPerson, type Celebration } from './moves.ts';

/** Who moves a celebration, and when (ISO 8601, UTC). */
export interface Occasion {
  readonly actor: Actor;
  readonly at: string;
}

/** What a person changed in a draft; what is left out stays. */
export interface Edit {
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly recipient?: Recipient | undefined;
  /** The revision that was read; where it is another one meanwhile, nothing is changed. */
  readonly seen?: number | undefined;
}

const ADDRESS = /^[^\s@<>,;:"()[\]\\\p{Cc}]+@[^\s@<>,;:"()[\]\\\p{Cc}]+\.[^\s@<>,;:"()[\]\\\p{Cc}.]+$/u;
const LONGEST_TEXT = 50_000;

/** An e-mail address as it may be written to, or null where the text is none. */
export function parseAddress(text: string | null): string | null {
  const address = text?.trim() ?? '';
  return address.length <= 254 && ADDRESS.test(address) ? address : null;
}

function invalid({ milestoneId }: Celebration, problem: string): TenureError {
  return new TenureError('CELEBRATION_INVALID', { milestone: milestoneId, problem });
}

function assertSeen({ milestoneId: milestone, revision }: Celebration, seen: number): void {
  if (revision !== seen) throw new TenureError('CELEBRATION_CHANGED', { milestone, revision, seen });
}

/** Nothing is approved any more, nothing skipped: there is a draft. */
const REOPENED = {
  approvedBy: null,
  approvedAt: null,
  skippedBy: null,
  skippedAt: null,
  skippedReason: null,
};

/** A draft in its place; null when there is one of that kind already, so that no edit is lost to a second click. */
export function planDraft(
  current: Celebration,
  draft: { readonly kind: DraftKind; readonly compose: () => Message; readonly recipient: Recipient },
  { actor, at }: Occasion,
): Celebration | null {
  assertMove(current.milestoneId, current.state, 'draft');
  const isThere = current.state === 'drafted' || current.state === 'approved';
  if (isThere && current.kind === draft.kind) return null;
  const { subject, text, html } = draft.compose();
  return {
    ...current,
    ...REOPENED,
    state: 'drafted',
    revision: current.revision + 1,
    kind: draft.kind,
    recipientName: parseFieldText(draft.recipient.name),
    recipientAddress: parseAddress(draft.recipient.address),
    subject,
    text,
    html,
    draftedBy: actor.name,
    draftedAt: at,
  };
}

function readRecipient(current: Celebration, recipient: Recipient | undefined): Partial<Celebration> {
  if (recipient === undefined) return {};
  const recipientAddress = parseAddress(recipient.address);
  if (recipient.address !== null && recipientAddress === null)
    throw invalid(current, `${JSON.stringify(recipient.address)} is no e-mail address`);
  return { recipientName: parseFieldText(recipient.name), recipientAddress };
}

function readWords(current: Celebration, { subject, text }: Edit): Partial<Celebration> {
  const words: { subject?: string; text?: string; html?: string } = {};
  if (subject !== undefined) words.subject = tidySubject(subject);
  if (text !== undefined) words.text = text.replace(/\r\n?/g, '\n').trim();
  for (const part of [subject, text]) {
    const field = part === undefined ? null : /\{[{%][^}]{0,40}/.exec(part);
    if (field !== null) throw invalid(current, `it still holds an unfilled field, ${field[0]}`);
  }
  if (words.subject === '' || words.text === '') throw invalid(current, 'subject and text may not be empty');
  if ((words.text?.length ?? 0) > LONGEST_TEXT)
    throw invalid(current, `the text has more than ${LONGEST_TEXT} characters`);
  // The HTML says what the text says: where the text was changed by hand it is made from it.
  if (words.text !== undefined && words.text !== current.text) words.html = renderParagraphs(words.text);
  return words;
}

/** The draft with a person's changes: approved or not, it is a draft again. Null when nothing changes. */
export function planEdit(current: Celebration, edit: Edit, { actor, at }: Occasion): Celebration | null {
  assertMove(current.milestoneId, current.state, 'edit');
  if (edit.seen !== undefined) assertSeen(current, edit.seen);
  const changed = { ...current, ...readRecipient(current, edit.recipient), ...readWords(current, edit) };
  const keys = ['subject', 'text', 'recipientName', 'recipientAddress'] as const;
  if (keys.every((key) => changed[key] === current[key])) return null;
  const revision = current.revision + 1;
  return { ...changed, ...REOPENED, state: 'drafted', revision, draftedBy: actor.name, draftedAt: at };
}

/** Approves the revision somebody read. Null when that very revision is approved already. */
export function planApprove(
  current: Celebration,
  { revision, hint }: { readonly revision: number; readonly hint: string },
  { actor, at }: Occasion,
): Celebration | null {
  assertPerson(actor, 'Approving a message');
  const isDone = ['approved', 'uncertain', 'sent'].includes(current.state);
  if (isDone && current.revision === revision) return null;
  assertMove(current.milestoneId, current.state, 'approve');
  const { customerId: customer } = current;
  assertSeen(current, revision);
  if (current.recipientAddress === null)
    throw new TenureError('CELEBRATION_ADDRESS_MISSING', { customer, hint });
  return { ...current, state: 'approved', approvedBy: actor.name, approvedAt: at };
}

/** The message left, which celebrates the milestone by its kind. Null when that is known. */
export function planSent(current: Celebration, { at }: Occasion): Celebration | null {
  if (current.state === 'sent') return null;
  assertMove(current.milestoneId, current.state, 'markSent');
  const { kind, approvedBy } = current;
  return {
    ...current,
    state: 'sent',
    sentAt: at,
    celebrationType: kind,
    celebratedBy: approvedBy,
    celebratedAt: at,
  };
}

/** Nobody knows whether the message left. */
export function planUncertain(current: Celebration): Celebration | null {
  if (current.state === 'uncertain') return null;
  assertMove(current.milestoneId, current.state, 'markUncertain');
  return { ...current, state: 'uncertain' };
}

/** A person looked: the message did not leave, so it may be sent again as it was approved. */
export function planRetry(current: Celebration, { actor }: Occasion): Celebration | null {
  assertPerson(actor, 'Sending a message again');
  if (current.state === 'approved') return null;
  assertMove(current.milestoneId, current.state, 'retry');
  return { ...current, state: 'approved' };
}

/**
 * What was approved is not to go after all: a draft again, of a revision of its own, so that approving it once more sends
 * it. Null when it is one.
 */
export function planWithdraw(current: Celebration): Celebration | null {
  if (current.state === 'drafted') return null;
  assertMove(current.milestoneId, current.state, 'withdraw');
  return { ...current, ...REOPENED, state: 'drafted', revision: current.revision + 1 };
}

/**
 * Celebrated in the way said. What was celebrated before keeps its day and its way, and gets the note; null where
 * nothing is new in it.
 */
export function planCelebrated(
  current: Celebration,
  { how, note }: { readonly how: CelebrationType; readonly note: string | null },
  { actor, at }: Occasion,
): Celebration | null {
  assertMove(current.milestoneId, current.state, 'markCelebrated');
  if (current.state !== 'sent' && current.state !== 'celebrated') {
    const celebrated = { celebrationType: how, celebratedBy: actor.name, celebratedAt: at, note };
    return { ...current, ...REOPENED, ...celebrated, state: 'celebrated' };
  }
  const isKnown = note === null || (current.note ?? '').split('\n').includes(note);
  if (isKnown) return null;
  return { ...current, note: current.note === null ? note : `${current.note}\n${note}` };
}

/** Not to be celebrated, with the reason. Null when it is skipped already. */
export function planSkip(current: Celebration, reason: string, { actor, at }: Occasion): Celebration | null {
  if (current.state === 'skipped') return null;
  assertMove(current.milestoneId, current.state, 'skip');
  if (reason.trim() === '') throw invalid(current, 'skipping needs a reason');
  return {
    ...current,
    ...REOPENED,
    state: 'skipped',
    skippedBy: actor.name,
    skippedAt: at,
    skippedReason: reason.trim(),
  };
}
