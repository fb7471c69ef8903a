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

/** A step in the place of an earlier one of its kind. */
export function addStep(step: DoneStep): (before: readonly DoneStep[]) => readonly DoneStep[] {
  return (before) => [...before.filter(({ action }) => action !== step.action), step];
}

/** What a card says of a celebration from which a message that waited was taken back, or is no longer there to wait. */
export function listStepsWithoutMessage(celebration: Celebration): readonly DoneStep[] {
  return celebration.state === 'celebrated' ? [buildCelebratedStep(celebration)] : [];
}

/** Makes every card about a milestone say what was done; one that says so already stays as it is. */
export async function renewCards(
  state: Engine,
  change: {
    readonly milestoneId: string;
    readonly steps: (before: readonly DoneStep[]) => readonly DoneStep[];
  },
  writing: Writing,
): Promise<void> {
  for (const { dedupeKey, content } of await fetchCards(state, change.milestoneId)) {
    if (content.kind !== 'milestone') continue;
    const { done: before = [], ...rest } = content.card;
    const done = change.steps(before);
    const card: MilestoneCard = done.length === 0 ? rest : { ...rest, done };
    await enqueueCardUpdate(state, { dedupeKey, content: { kind: 'milestone', card } }, writing);
  }
}
