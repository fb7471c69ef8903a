import type { Clock, Ids } from '../base/index.ts';
import type { Celebration } from '../celebrations/index.ts';
import type { Engine } from '../engines/index.ts';
import { CELEBRATION_WAYS, enqueueCardUpdate, fetchCards, type MilestoneCard } from '../notify/index.ts';

export type DoneStep = NonNullable<MilestoneCard['done']>[number];

interface Writing {
  readonly ids: Ids;
  readonly clock: Clock;
}

/** What a card says of a message that was approved: the same for the same celebration, whenever it is asked. */
export function buildMessageStep(celebration: Celebration, change: { how: string; at?: string }): DoneStep {
  const { kind, approvedBy, approvedAt } = celebration;
  return {
    action: kind === 'social' ? 'permission' : 'email',
    by: approvedBy ?? '',
    at: change.at ?? approvedAt ?? '',
    how: change.how,
  };
}

/** What a card says of a milestone that was marked as celebrated. */
export function buildCelebratedStep(celebration: Celebration): DoneStep {
  const { celebrationType, celebratedBy, celebratedAt, note } = celebration;
  const way = CELEBRATION_WAYS[celebrationType ?? 'other'];
  return {
    action: 'celebrated',
    by: celebratedBy ?? '',
    at: celebratedAt ?? '',
    how: note === null ? way : `${way} (${note})`,
  };
}

/** Makes every card about a milestone say that something was done; one that says so already stays as it is. */
export async function renewCards(
  state: Engine,
  { milestoneId, step }: { readonly milestoneId: string; readonly step: DoneStep },
  writing: Writing,
): Promise<void> {
  for (const { dedupeKey, content } of await fetchCards(state, milestoneId)) {
    if (content.kind !== 'milestone') continue;
    const others = (content.card.done ?? []).filter(({ action }) => action !== step.action);
    const card = { ...content.card, done: [...others, step] };
    await enqueueCardUpdate(state, { dedupeKey, content: { kind: 'milestone', card } }, writing);
  }
}
