import type { AlertCard } from './alert-card.ts';
import type { Digest } from './digest-card.ts';
import type { EmailDraft } from './email-draft.ts';
import type { MilestoneCard } from './milestone-card.ts';

export type Channel = 'slack' | 'email' | 'inbox';

/** What a notification says, as plain data; how it looks follows from the channel. */
export type Content =
  | { readonly kind: 'milestone'; readonly card: MilestoneCard }
  | { readonly kind: 'alert'; readonly card: AlertCard }
  | { readonly kind: 'digest'; readonly card: Digest }
  | { readonly kind: 'email'; readonly email: EmailDraft };

/** A message that stands alone or in a digest, and that can be renewed after it was sent. */
export type CardContent = Extract<Content, { readonly kind: 'milestone' | 'alert' }>;

export type State = 'pending' | 'sending' | 'sent' | 'uncertain' | 'dead' | 'held' | 'bundled' | 'cancelled';

/** Something to tell about a customer, before it is known whom and when. */
export interface AlertItem {
  /** What it is: the same thing detected twice has the same key, and is told once. */
  readonly dedupeKey: string;
  readonly customerId: string | null;
  /** The milestone, or the alert rule. */
  readonly subjectId: string | null;
  /** The customer's CSM; null when it has none. */
  readonly csmId: string | null;
  /** For the choice of what goes singly when there is much: revenue times priority, for example. */
  readonly worth: number;
  /** What a digest says of it, one line. */
  readonly line: string;
  readonly content: CardContent;
}

/** A member of the team, as `raw.team_members` has them. */
export interface TeamMember {
  readonly memberId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly slackId: string | null;
  readonly timezone: string | null;
  /** First and last day in the team, `YYYY-MM-DD`; null where open. */
  readonly activeFrom: string | null;
  readonly activeTo: string | null;
  readonly managerId: string | null;
}

/** A row of the outbox before it is written. */
export interface PlannedNotification {
  readonly dedupeKey: string;
  readonly kind: Content['kind'];
  readonly channel: Channel;
  readonly recipientId: string | null;
  readonly address: string | null;
  /** Why this person and this channel. */
  readonly route: string;
  readonly customerId: string | null;
  readonly subjectId: string | null;
  readonly line: string;
  readonly worth: number;
  readonly content: Content;
  readonly state: Extract<State, 'pending' | 'held' | 'sent' | 'cancelled'>;
  readonly stateReason: string | null;
  /** Milliseconds since the epoch. */
  readonly deliverAfter: number;
}
