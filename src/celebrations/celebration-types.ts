/** Kinds of milestones, as in `milestone_definitions`. */
export const MILESTONE_TYPES = ['time', 'usage', 'adoption', 'business', 'custom'] as const;

/** What can be drafted and sent. */
export const DRAFT_KINDS = ['email', 'social', 'gift', 'case_study'] as const;

export type DraftKind = (typeof DRAFT_KINDS)[number];

/** How a milestone was celebrated: by something that was drafted, or in another way. */
export const CELEBRATION_TYPES = [...DRAFT_KINDS, 'call', 'other'] as const;

export type CelebrationType = (typeof CELEBRATION_TYPES)[number];

/**
 * Where a celebration stands. `uncertain`: the mail server's answer was lost, a person has to look; `celebrated`: in another
 * way than by a message of ours.
 */
export type CelebrationState =
  | 'suggested'
  | 'drafted'
  | 'approved'
  | 'uncertain'
  | 'sent'
  | 'celebrated'
  | 'skipped';

/** Who does something: a person of the team, or a part of the product. */
export interface Actor {
  readonly kind: 'person' | 'system';
  /** A name or an address people know them by. */
  readonly name: string;
}

/** A milestone a customer reached, as recorded. */
export interface Milestone {
  readonly id: string;
  readonly customerId: string;
  readonly type: string;
  readonly name: string;
  readonly value: string | null;
  /** ISO 8601, UTC. */
  readonly achievedAt: string;
  /** True for a figure of a whole day: `achievedAt` is where that day begins in UTC. */
  readonly isWholeDay: boolean;
  readonly isRevoked: boolean;
  readonly revokedReason: string | null;
  readonly isCelebrated: boolean;
  readonly definitionId: string;
  /** Which threshold of it was reached, or how manieth time it was. */
  readonly occurrence: string;
  readonly definitionName: string | null;
  readonly priority: number;
  /** The template its definition brings, as text. */
  readonly template: string | null;
  /** The ways to celebrate its definition lists, as JSON. */
  readonly suggestions: string | null;
}

/** The words of a message. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** To whom a message goes; the address is empty where none is on file. */
export interface Recipient {
  readonly name: string | null;
  readonly address: string | null;
}
