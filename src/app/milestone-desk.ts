import { TenureError, utcDate } from '../base/index.ts';
import {
  buildIdeas,
  buildWithheldIdeas,
  type Celebration,
  type CelebrationStep,
  type CustomerFacts,
  fetchCustomerFacts,
  fetchLastAsked,
  type Idea,
  type Milestone,
} from '../celebrations/index.ts';
import { listDefinitions } from '../milestones/index.ts';
import { type CardPart, listCardParts, listNotifications, type NotificationRow } from '../notify/index.ts';
import type { TenureContext } from './context.ts';
import { buildIdeaContext, buildMilestoneCard, type CardFacts } from './milestone-card.ts';
import { readWarehouse } from './query.ts';
import type { SlackDesk } from './slack-click.ts';

/** All that is needed to celebrate a milestone, and what was done. */
export interface MilestoneDesk {
  readonly milestone: Milestone;
  /** Null where the warehouse does not know the customer. */
  readonly customer: CustomerFacts | null;
  /** The paragraphs of the card as people are told it, the same lines. */
  readonly card: readonly CardPart[];
  readonly ideas: readonly Idea[];
  /** What the rules hold back, and why. */
  readonly withheld: readonly Idea[];
  /** Null before anything was begun. */
  readonly celebration: Celebration | null;
  /** What happened, the first step first. */
  readonly steps: readonly CelebrationStep[];
  /** Its e-mails in the outbox, the latest first. */
  readonly emails: readonly NotificationRow[];
}

const MOST_EMAILS = 20;

async function fetchCardFacts(
  context: TenureContext,
  { state }: SlackDesk,
  milestone: Milestone,
): Promise<CardFacts> {
  const { isWholeDay, ...known } = milestone;
  const { id, customerId, definitionId } = known;
  const definition = (await listDefinitions(state)).find((one) => one.id === definitionId);
  if (definition === undefined)
    throw new TenureError('CELEBRATION_INVALID', { milestone: id, problem: 'its definition is gone' });
  const facts = await readWarehouse(context, (warehouse) => fetchCustomerFacts(warehouse, [customerId]));
  return {
    milestone: { ...known, precision: isWholeDay ? 'day' : 'event' },
    definition,
    customer: facts.get(customerId) ?? null,
    lastAskedOn: (await fetchLastAsked(state)).get(customerId) ?? null,
    today: utcDate(context.clock),
  };
}

/**
 * A milestone with everything to celebrate it by.
 *
 * @throws TenureError CELEBRATION_MILESTONE_UNKNOWN, WAREHOUSE_MISSING
 */
export async function fetchMilestoneDesk(
  context: TenureContext,
  desk: SlackDesk,
  milestoneId: string,
): Promise<MilestoneDesk> {
  const { state, celebrations } = desk;
  const milestone = await celebrations.fetchMilestone(milestoneId);
  if (milestone === null) throw new TenureError('CELEBRATION_MILESTONE_UNKNOWN', { milestone: milestoneId });
  const facts = await fetchCardFacts(context, desk, milestone);
  const ideas = buildIdeaContext(facts);
  const told = await listNotifications(state, { subjectId: milestoneId, kind: 'email', limit: MOST_EMAILS });
  const { isRevoked, revokedReason } = milestone;
  const revoked = isRevoked ? { revoked: { reason: revokedReason ?? 'no reason was given' } } : {};
  return {
    milestone,
    customer: facts.customer,
    card: listCardParts({ ...buildMilestoneCard(facts), ...revoked }),
    ideas: buildIdeas(ideas),
    withheld: buildWithheldIdeas(ideas),
    celebration: await celebrations.fetch(milestoneId),
    steps: await celebrations.fetchSteps(milestoneId),
    emails: told,
  };
}
