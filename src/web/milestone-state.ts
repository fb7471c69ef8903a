import type { Celebration } from '../app/index.ts';
import { localDay } from '../base/index.ts';
import type { Row } from '../engines/index.ts';
import { renderDay } from './browser/figure-text.js';

/** How far a celebration is, in the words of the pages. */
export const CELEBRATION_WORDS: Readonly<Record<Celebration['state'], string>> = {
  suggested: 'to celebrate',
  drafted: 'drafted',
  approved: 'approved',
  uncertain: 'unsure whether sent',
  sent: 'sent',
  celebrated: 'celebrated',
  skipped: 'skipped',
};

/** How far the celebration of a milestone is, in the words of the pages; `history` where it was never told. */
export function nameMilestoneState(milestone: Row, celebration: Celebration | undefined): string {
  if (milestone['revoked_at'] !== null) return 'revoked';
  if (celebration !== undefined) return CELEBRATION_WORDS[celebration.state];
  if (milestone['celebrated'] === true) return 'celebrated';
  return milestone['is_historical'] === true ? 'history' : 'to celebrate';
}

/** The day a milestone was reached: by the customer's calendar, as its card says; that of a figure of a whole day in UTC. */
export function renderReached(milestone: Row): string {
  const timezone = milestone['achieved_precision'] === 'day' ? null : (milestone['timezone'] ?? null);
  const at = Date.parse(String(milestone['achieved_at']));
  return renderDay(localDay(at, timezone === null ? null : String(timezone)));
}
