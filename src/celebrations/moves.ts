import { TenureError } from '../base/index.ts';
import type { Actor, CelebrationState, CelebrationType, DraftKind } from './celebration-types.ts';

/** What can be done to a celebration. */
export type Move =
  | 'draft'
  | 'edit'
  | 'approve'
  | 'markSent'
  | 'markUncertain'
  | 'retry'
  | 'withdraw'
  | 'markCelebrated'
  | 'skip';

/** How a milestone is celebrated, as it stands. */
export interface Celebration {
  readonly milestoneId: string;
  readonly customerId: string;
  readonly state: CelebrationState;
  readonly version: number;
  readonly revision: number;
  readonly kind: DraftKind | null;
  readonly recipientName: string | null;
  readonly recipientAddress: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly suggestedAt: string;
  readonly draftedBy: string | null;
  readonly draftedAt: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly sentAt: string | null;
  readonly celebrationType: CelebrationType | null;
  readonly celebratedBy: string | null;
  readonly celebratedAt: string | null;
  readonly note: string | null;
  readonly skippedBy: string | null;
  readonly skippedAt: string | null;
  readonly skippedReason: string | null;
}

/** From which states each move may be made, and what it is called in a sentence. */
const MOVES: Readonly<Record<Move, { readonly from: readonly CelebrationState[]; readonly words: string }>> =
  {
    draft: { from: ['suggested', 'drafted', 'approved', 'skipped'], words: 'drafted' },
    edit: { from: ['drafted', 'approved'], words: 'edited' },
    approve: { from: ['drafted'], words: 'approved' },
    markSent: { from: ['approved', 'uncertain'], words: 'marked as sent' },
    markUncertain: { from: ['approved'], words: 'marked as uncertain' },
    retry: { from: ['uncertain'], words: 'sent again' },
    withdraw: { from: ['approved'], words: 'withdrawn' },
    markCelebrated: {
      from: ['suggested', 'drafted', 'approved', 'uncertain', 'sent', 'celebrated', 'skipped'],
      words: 'marked as celebrated',
    },
    skip: { from: ['suggested', 'drafted', 'approved'], words: 'skipped' },
  };

/**
 * What may be done to a celebration in a state, in words.
 *
 * @example
 * listMoves('approved'); // ['drafted', 'edited', 'marked as sent', …]
 */
export function listMoves(state: CelebrationState): readonly string[] {
  return Object.values(MOVES)
    .filter(({ from }) => from.includes(state))
    .map(({ words }) => words);
}

/** @throws TenureError CELEBRATION_MOVE_ILLEGAL naming the state and what may be done instead */
export function assertMove(milestone: string, state: CelebrationState, move: Move): void {
  const { from, words } = MOVES[move];
  if (from.includes(state)) return;
  throw new TenureError('CELEBRATION_MOVE_ILLEGAL', {
    milestone,
    state,
    move: words,
    allowed: listMoves(state).join(', '),
  });
}

/** @throws TenureError CELEBRATION_NEEDS_PERSON */
export function assertPerson(actor: Actor, move: string): void {
  if (actor.kind === 'person' && actor.name.trim() !== '') return;
  throw new TenureError('CELEBRATION_NEEDS_PERSON', { move, actor: actor.name || 'nobody' });
}

/** What `customer_milestones` says of a celebration. */
export interface MilestoneMark {
  readonly celebrated: boolean;
  readonly celebratedAt: string | null;
  readonly celebrationType: CelebrationType | null;
  readonly notes: string | null;
}

/** The four columns of the milestone that follow from its celebration. */
export function buildMilestoneMark(celebration: Celebration): MilestoneMark {
  const celebrated = celebration.state === 'sent' || celebration.state === 'celebrated';
  return {
    celebrated,
    celebratedAt: celebrated ? celebration.celebratedAt : null,
    celebrationType: celebrated ? celebration.celebrationType : null,
    notes: celebration.note ?? celebration.skippedReason,
  };
}
