import type { ModalView } from '@slack/types';
import type { BuiltEmail } from './build-email.ts';
import type { SlackMessage } from './milestone-card.ts';

/** What did not work, and what that means for the message. */
export type Failure =
  /** It was not sent; `isFinal` when the same again would be refused again. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isFinal: boolean }
  /** It was not sent, because there is too much at once. */
  | { readonly kind: 'limited'; readonly reason: string; readonly retryAfterSeconds: number }
  /** Nobody knows: the answer was lost. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Where a message arrived: channel and ts at Slack, the Message-ID of an e-mail. */
export type ProviderRef = Readonly<Record<string, string>>;

export type SendOutcome = { readonly kind: 'sent'; readonly ref: ProviderRef } | Failure;

export interface SlackPost {
  readonly channel: string;
  readonly message: SlackMessage;
  readonly dedupeKey: string;
}

/** What the worker needs of Slack. Nothing throws: what goes wrong is an outcome. */
export interface SlackPort {
  post(post: SlackPost): Promise<SendOutcome>;
  update(
    message: SlackMessage,
    place: { readonly channel: string; readonly ts: string },
  ): Promise<SendOutcome>;
  /** The conversation with a user. */
  openConversation(userId: string): Promise<{ readonly kind: 'opened'; readonly channel: string } | Failure>;
  /** Looks for a message of ours by its key; `since` in milliseconds since the epoch. */
  find(place: {
    readonly channel: string;
    readonly dedupeKey: string;
    readonly since: number;
  }): Promise<{ readonly kind: 'found'; readonly ref: ProviderRef } | { readonly kind: 'absent' } | Failure>;
  openView(triggerId: string, view: ModalView): Promise<SendOutcome>;
}

/** What the worker needs of SMTP. `unknown` only once the server had asked for the message itself. */
export interface EmailPort {
  /** What stands in the From header. */
  readonly from: string;
  readonly replyTo: string | undefined;
  send(email: BuiltEmail): Promise<SendOutcome>;
}

/** The ways out; null where one is not configured. */
export interface NotifyPorts {
  readonly slack: SlackPort | null;
  readonly email: EmailPort | null;
}
