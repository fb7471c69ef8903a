import { type Clock, TenureError, utcTime } from '../base/index.ts';
import { type Engine, runAlone } from '../engines/index.ts';
import { assertMayAsk } from './asks.ts';
import { writeInvited } from './case-studies.ts';
import {
  type CelebrationStep,
  fetchCelebration,
  fetchCelebrationSteps,
  fetchMilestone,
  listCelebrations,
  writeCelebration,
} from './celebration-store.ts';
import type {
  Actor,
  CelebrationState,
  CelebrationType,
  DraftKind,
  Message,
  Milestone,
} from './celebration-types.ts';
import { buildRecipient, type CustomerFacts, renderAddressHint } from './customer-facts-store.ts';
import { buildMessage } from './message.ts';
import type { Celebration } from './moves.ts';
import { listMoves } from './moves.ts';
import {
  type Edit,
  type Occasion,
  planApprove,
  planCelebrated,
  planDraft,
  planEdit,
  planRetry,
  planSent,
  planSkip,
  planUncertain,
  planWithdraw,
} from './plan-moves.ts';
import type { TemplateSet } from './read-templates.ts';

/** A move: on which milestone, by whom. */
export interface MoveRequest {
  readonly milestoneId: string;
  readonly actor: Actor;
}

/** A message as it was approved: this and nothing else may be sent. */
export interface ApprovedMessage extends Message {
  readonly milestoneId: string;
  readonly customerId: string;
  readonly revision: number;
  readonly recipient: { readonly name: string | null; readonly address: string };
  readonly approvedBy: string;
  readonly approvedAt: string;
}

/** The verbs of celebrating. Each may be repeated: the second time changes nothing and returns the same. */
export interface Celebrations {
  suggest(request: MoveRequest): Promise<Celebration>;
  /** Fills in a template. A draft of that kind that is there already stays as it is, edits and all. */
  draft(
    request: MoveRequest & { readonly kind: DraftKind; readonly customer: CustomerFacts },
  ): Promise<Celebration>;
  edit(request: MoveRequest & { readonly edit: Edit }): Promise<Celebration>;
  /** Only by a person, and only the revision they read. */
  approve(
    request: MoveRequest & { readonly revision: number; readonly adminUsers?: readonly string[] },
  ): Promise<Celebration>;
  markSent(request: MoveRequest): Promise<Celebration>;
  /** The mail server's answer was lost: a person decides between `markSent` and `retry`. */
  markUncertain(request: MoveRequest): Promise<Celebration>;
  retry(request: MoveRequest): Promise<Celebration>;
  /** What was approved is a draft again, and why. */
  withdraw(request: MoveRequest & { readonly reason: string }): Promise<Celebration>;
  markCelebrated(
    request: MoveRequest & { readonly how: CelebrationType; readonly note?: string | undefined },
  ): Promise<Celebration>;
  skip(request: MoveRequest & { readonly reason: string }): Promise<Celebration>;
  fetch(milestoneId: string): Promise<Celebration | null>;
  fetchMilestone(milestoneId: string): Promise<Milestone | null>;
  fetchSteps(milestoneId: string): Promise<readonly CelebrationStep[]>;
  list(filter: {
    readonly states: readonly CelebrationState[];
    readonly limit: number;
  }): Promise<readonly Celebration[]>;
  /** @throws TenureError CELEBRATION_MOVE_ILLEGAL where it is not approved, CELEBRATION_MILESTONE_REVOKED */
  fetchApproved(milestoneId: string): Promise<ApprovedMessage>;
}

export interface CelebrationsOptions {
  readonly state: Engine;
  readonly templates: TemplateSet;
  readonly clock: Clock;
}

interface Step extends MoveRequest {
  /** A milestone that turned out not to be one is not written to customers about. */
  readonly needsMilestone?: boolean;
  /** Approving a request for a favour needs that none was asked of late. */
  readonly isApproval?: boolean;
  readonly note?: string | null;
  readonly plan: (current: Celebration, occasion: Occasion, milestone: Milestone) => Celebration | null;
}

function buildSuggested({ id, customerId }: Milestone, at: string): Celebration {
  return {
    milestoneId: id,
    customerId,
    state: 'suggested',
    version: 1,
    revision: 0,
    kind: null,
    recipientName: null,
    recipientAddress: null,
    subject: null,
    text: null,
    html: null,
    suggestedAt: at,
    draftedBy: null,
    draftedAt: null,
    approvedBy: null,
    approvedAt: null,
    sentAt: null,
    celebrationType: null,
    celebratedBy: null,
    celebratedAt: null,
    note: null,
    skippedBy: null,
    skippedAt: null,
    skippedReason: null,
  };
}

async function fetchKnownMilestone(state: Engine, milestoneId: string): Promise<Milestone> {
  const milestone = await fetchMilestone(state, milestoneId);
  if (milestone === null) throw new TenureError('CELEBRATION_MILESTONE_UNKNOWN', { milestone: milestoneId });
  return milestone;
}

function assertStands({ id, isRevoked, revokedReason }: Milestone): void {
  if (!isRevoked) return;
  const reason = revokedReason ?? 'no reason was given.';
  throw new TenureError('CELEBRATION_MILESTONE_REVOKED', { milestone: id, reason });
}

async function runMove({ state, clock }: CelebrationsOptions, step: Step): Promise<Celebration> {
  const { actor, plan } = step;
  return runAlone(state, async () => {
    const milestone = await fetchKnownMilestone(state, step.milestoneId);
    if (step.needsMilestone === true) assertStands(milestone);
    const at = utcTime(clock);
    const before = await fetchCelebration(state, milestone.id);
    const current = before ?? buildSuggested(milestone, at);
    if (before === null) await writeCelebration(state, { before, next: current, actor, at, note: null });
    const next = plan(current, { actor, at }, milestone);
    if (next === null) return current;
    const isAsk = next.kind === 'social' || next.kind === 'case_study';
    if (step.isApproval === true && isAsk) await assertMayAsk(state, next.customerId, at.slice(0, 10));
    const changed = { ...next, version: current.version + 1 };
    await writeCelebration(state, { before: current, next: changed, actor, at, note: step.note ?? null });
    const isInvited = changed.state === 'sent' && current.state !== 'sent' && changed.kind === 'case_study';
    if (isInvited) await writeInvited(state, { customerId: changed.customerId, actor: actor.name, at });
    return changed;
  });
}

async function fetchApproved(state: Engine, milestoneId: string): Promise<ApprovedMessage> {
  assertStands(await fetchKnownMilestone(state, milestoneId));
  const celebration = await fetchCelebration(state, milestoneId);
  const { recipientName: name, recipientAddress: address, subject, text, html } = celebration ?? {};
  const { approvedBy, approvedAt } = celebration ?? {};
  const isWhole = address && subject && text && html && approvedBy && approvedAt;
  if (celebration?.state !== 'approved' || !isWhole) {
    const current = celebration?.state ?? 'suggested';
    throw new TenureError('CELEBRATION_MOVE_ILLEGAL', {
      milestone: milestoneId,
      state: current,
      move: 'sent',
      allowed: listMoves(current).join(', '),
    });
  }
  const { customerId, revision } = celebration;
  const recipient = { name: name ?? null, address };
  return { milestoneId, customerId, revision, recipient, subject, text, html, approvedBy, approvedAt };
}

function buildWriting(
  options: CelebrationsOptions,
): Pick<Celebrations, 'draft' | 'edit' | 'approve' | 'retry'> {
  const move = (step: Step) => runMove(options, { ...step, needsMilestone: true });
  return {
    draft: ({ kind, customer, ...request }) =>
      move({
        ...request,
        plan: (current, occasion, milestone) => {
          if (customer.customerId !== milestone.customerId) {
            const problem = `it is of ${milestone.customerId}, not of ${customer.customerId}`;
            throw new TenureError('CELEBRATION_INVALID', { milestone: milestone.id, problem });
          }
          const compose = () => buildMessage(options.templates, { kind, milestone, customer });
          return planDraft(current, { kind, compose, recipient: buildRecipient(customer) }, occasion);
        },
      }),
    edit: ({ edit, ...request }) =>
      move({ ...request, plan: (current, occasion) => planEdit(current, edit, occasion) }),
    approve: ({ revision, adminUsers = [], ...request }) => {
      const hint = renderAddressHint(adminUsers);
      return move({
        ...request,
        isApproval: true,
        plan: (current, occasion) => planApprove(current, { revision, hint }, occasion),
      });
    },
    retry: (request) => move({ ...request, plan: planRetry }),
  };
}

/**
 * Opens the celebrations of a workspace. Every change is one transaction together with the columns `celebrated`,
 * `celebrated_at`, `celebration_type` and `notes` of the milestone, and leaves a step in the history. Not to be called
 * inside another transaction of the same engine.
 *
 * @throws TenureError from its verbs: CELEBRATION_MOVE_ILLEGAL, CELEBRATION_NEEDS_PERSON, CELEBRATION_CHANGED,
 *   CELEBRATION_ADDRESS_MISSING, CELEBRATION_INVALID, ASKED_RECENTLY, CELEBRATION_MILESTONE_UNKNOWN, CELEBRATION_MILESTONE_REVOKED
 *
 * @example
 * const celebrations = openCelebrations({ state, templates, clock });
 * const { revision } = await celebrations.draft({ milestoneId, kind: 'email', customer, actor });
 * await celebrations.approve({ milestoneId, revision, actor });
 * const message = await celebrations.fetchApproved(milestoneId);
 */
export function openCelebrations(options: CelebrationsOptions): Celebrations {
  const { state } = options;
  const move = (step: Step) => runMove(options, step);
  return {
    ...buildWriting(options),
    suggest: (request) => move({ ...request, plan: () => null }),
    markSent: (request) => move({ ...request, plan: planSent }),
    markUncertain: (request) => move({ ...request, plan: planUncertain }),
    withdraw: ({ reason, ...request }) => move({ ...request, note: reason, plan: planWithdraw }),
    markCelebrated: ({ how, note, ...request }) => {
      const words = note?.trim() || null;
      return move({
        ...request,
        note: words,
        plan: (current, occasion) => planCelebrated(current, { how, note: words }, occasion),
      });
    },
    skip: ({ reason, ...request }) =>
      move({
        ...request,
        note: reason.trim(),
        plan: (current, occasion) => planSkip(current, reason, occasion),
      }),
    fetch: (milestoneId) => fetchCelebration(state, milestoneId),
    fetchMilestone: (milestoneId) => fetchMilestone(state, milestoneId),
    fetchSteps: (milestoneId) => fetchCelebrationSteps(state, milestoneId),
    list: (filter) => listCelebrations(state, filter),
    fetchApproved: (milestoneId) => fetchApproved(state, milestoneId),
  };
}
