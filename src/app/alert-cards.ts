import type { Correction, RecordedFiring } from '../alerts/index.ts';
import type { Clock, Ids } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type AlertItem, enqueueCardUpdate, fetchCard } from '../notify/index.ts';

/** Whose customer an alert is about, and what it pays a month. */
export interface Account {
  readonly csmId: string | null;
  readonly mrr: number;
}

/** Of two alerts for one person, the more severe goes first; within one severity, the larger customer. */
const WORTH = { critical: 1e12, warning: 1e9, info: 0 } as const;

function renderKey(firingId: string): string {
  return `alert:${firingId}`;
}

function renderRuleName(rule: string): string {
  const words = rule.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What is told of a firing. */
export function buildAlertItem(firing: RecordedFiring, account: Account | undefined): AlertItem {
  const { receipt } = firing;
  const reference = receipt.reference === null ? '' : ` (against ${receipt.reference})`;
  const marks = Object.entries(receipt.watermarks).map(([source, day]) => `${source} ${day ?? 'never'}`);
  return {
    dedupeKey: renderKey(firing.id),
    customerId: firing.customerId,
    subjectId: firing.ruleId,
    csmId: account?.csmId ?? null,
    worth: WORTH[firing.severity] + (account?.mrr ?? 0),
    line: firing.sentence,
    content: {
      kind: 'alert',
      card: {
        title: renderRuleName(firing.rule),
        about: firing.entityName,
        what: firing.sentence,
        value: `${receipt.value}${reference}`,
        rule: receipt.rule,
        receipt: [
          `${receipt.definition.metric}, definition ${receipt.definition.version}`,
          ...(marks.length === 0 ? [] : [`Data up to: ${marks.join(', ')}`]),
        ],
        day: firing.day,
      },
    },
  };
}

/** Makes the cards of firings say what data that came later says: that it would not have fired, or that it would after all. */
export async function correctAlertCards(
  state: Engine,
  corrections: readonly Correction[],
  writing: { readonly ids: Ids; readonly clock: Clock },
): Promise<void> {
  for (const { id, holds, value } of corrections) {
    const dedupeKey = renderKey(id);
    const content = await fetchCard(state, dedupeKey);
    if (content?.kind !== 'alert') continue;
    const { outdated: _, ...standing } = content.card;
    const outdated = { value: value === null ? null : String(value) };
    const card = holds ? standing : { ...standing, outdated };
    await enqueueCardUpdate(state, { dedupeKey, content: { kind: 'alert', card } }, writing);
  }
}
