import { type CustomerFacts, fetchCustomerFacts, fetchLastAsked } from '../celebrations/index.ts';
import type { Engine, Value } from '../engines/index.ts';
import type {
  ChangedMilestone,
  MilestoneEngines,
  NewMilestone,
  StoredDefinition,
} from '../milestones/index.ts';
import {
  type AlertItem,
  type EnqueueReport,
  enqueueAlerts,
  enqueueCardUpdate,
  fetchCards,
  type TeamMember,
} from '../notify/index.ts';
import type { TenureContext } from './context.ts';
import { buildMilestoneCard, moveMilestoneCard } from './milestone-card.ts';
import { readNotifyPlan } from './workspace-notify.ts';

/** What detection hands over to be told. */
export interface Tidings {
  readonly told: readonly NewMilestone[];
  readonly changed: readonly ChangedMilestone[];
  readonly definitions: readonly StoredDefinition[];
  /** The day the warehouse was built for. */
  readonly asOf: string;
}

/** What became of it. */
export interface TellReport extends EnqueueReport {
  /** Cards that say something else now. */
  readonly renewed: number;
  /** Ways out that are closed, and how to open them. */
  readonly notes: readonly string[];
}

/** The team, as the warehouse has it. */
export async function fetchMembers(engine: Engine): Promise<readonly TeamMember[]> {
  const rows = await engine.query(
    `select member_id, name, email, slack_id, timezone, active_from, active_to, manager_id from stg_team_members order by member_id`,
  );
  const text = (value: Value | undefined) => (value === null || value === undefined ? null : String(value));
  return rows.map((row) => ({
    memberId: String(row['member_id']),
    name: text(row['name']),
    email: text(row['email']),
    slackId: text(row['slack_id']),
    timezone: text(row['timezone']),
    activeFrom: text(row['active_from']),
    activeTo: text(row['active_to']),
    managerId: text(row['manager_id']),
  }));
}

async function buildItems(
  { state, warehouse }: MilestoneEngines,
  tidings: Tidings,
): Promise<readonly AlertItem[]> {
  const definitions = new Map(tidings.definitions.map((definition) => [definition.id, definition]));
  const ids = tidings.told.map(({ customerId }) => customerId);
  const facts: ReadonlyMap<string, CustomerFacts> = await fetchCustomerFacts(warehouse, ids);
  const lastAsked = await fetchLastAsked(state);
  return tidings.told.flatMap((milestone): readonly AlertItem[] => {
    const definition = definitions.get(milestone.definitionId);
    if (definition === undefined) return [];
    const customer = facts.get(milestone.customerId) ?? null;
    const lastAskedOn = lastAsked.get(milestone.customerId) ?? null;
    const card = buildMilestoneCard({ milestone, definition, customer, lastAskedOn, today: tidings.asOf });
    return [
      {
        dedupeKey: `milestone:${milestone.id}`,
        customerId: milestone.customerId,
        subjectId: milestone.id,
        csmId: customer?.csmId ?? null,
        worth: (customer?.arr ?? 0) * definition.priority,
        line: `${card.customerName}: ${card.title}`,
        content: { kind: 'milestone', card },
      },
    ];
  });
}

/** Cards that were told show the true moment, or that there was none. */
async function correctCards(
  context: TenureContext,
  { state, warehouse }: MilestoneEngines,
  changed: readonly ChangedMilestone[],
): Promise<number> {
  const moved = changed.filter(({ achievedAt }) => achievedAt !== null);
  const facts = await fetchCustomerFacts(
    warehouse,
    moved.map(({ customerId }) => customerId),
  );
  let renewed = 0;
  for (const { id, customerId, achievedAt, precision, reason } of changed) {
    const customer = facts.get(customerId) ?? null;
    for (const { dedupeKey, content } of await fetchCards(state, id)) {
      if (content.kind !== 'milestone') continue;
      const card =
        achievedAt === null
          ? { ...content.card, revoked: { reason } }
          : moveMilestoneCard(content.card, { milestone: { achievedAt, precision }, customer });
      const renewal = { dedupeKey, content: { kind: 'milestone' as const, card } };
      if (await enqueueCardUpdate(state, renewal, context)) renewed += 1;
    }
  }
  return renewed;
}

/**
 * Writes to the outbox whom each new milestone is told, and renews the cards of those that moved or are gone. Part of
 * the transaction of the state that records them.
 */
export async function tellMilestones(
  context: TenureContext,
  engines: MilestoneEngines,
  tidings: Tidings,
): Promise<TellReport> {
  const { settings, channels } = readNotifyPlan(context);
  const items = tidings.told.length === 0 ? [] : await buildItems(engines, tidings);
  const members = items.length === 0 ? [] : await fetchMembers(engines.warehouse);
  const report = await enqueueAlerts(engines.state, { items, members, settings, channels }, context);
  return { ...report, renewed: await correctCards(context, engines, tidings.changed), notes: channels.notes };
}
