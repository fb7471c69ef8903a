import {
  type Logger,
  type LogLevel,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from '@slack/web-api';
import { errorText } from '../base/index.ts';
import type { Failure, ProviderRef, SendOutcome, SlackPort } from './ports.ts';

/** Marks a message as ours; its payload carries the key. */
const EVENT_TYPE = 'tenure_notification';
const PAGES = 20;
const PAGE_SIZE = 200;
/** For a limit that does not say for how long. */
const UNSTATED_LIMIT_SECONDS = 30;

/** Errors after which part of the work may have been done. */
const UNSURE = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
/** Errors that somebody puts right without changing the message: the token, the scopes, an invitation. */
const PUT_RIGHT = new Set([
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope'],
  ...[
    'not_in_channel',
    'org_login_required',
    'ekm_access_denied',
    'access_denied',
    'team_access_not_granted',
  ],
]);

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as LogLevel,
  setName() {},
};

function parsePlatformError(error: string): Failure {
  if (error === 'ratelimited' || error === 'rate_limited')
    return { kind: 'limited', reason: error, retryAfterSeconds: UNSTATED_LIMIT_SECONDS };
  // Not a code of Slack's at all: something between it and us answered.
  if (UNSURE.has(error) || !/^[a-z][a-z0-9_]*$/.test(error))
    return { kind: 'unknown', reason: error.slice(0, 200) };
  return { kind: 'refused', reason: error, isFinal: !PUT_RIGHT.has(error) };
}

function parseFailure(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'limited', reason: 'ratelimited', retryAfterSeconds: error.retryAfter };
  if (error instanceof WebAPIPlatformError) return parsePlatformError(String(error.data.error));
  return { kind: 'unknown', reason: errorText(error) };
}

async function runCall<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    return parseFailure(error);
  }
}

interface FindPlace {
  readonly channel: string;
  readonly dedupeKey: string;
  readonly since: number;
}

async function runSearch(
  client: WebClient,
  { channel, dedupeKey, since }: FindPlace,
): ReturnType<SlackPort['find']> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await client.conversations.history({
      channel,
      oldest: (since / 1000).toFixed(6),
      include_all_metadata: true,
      inclusive: true,
      limit: PAGE_SIZE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { ts, metadata } of answer.messages ?? []) {
      const payload = metadata?.event_payload as Readonly<Record<string, unknown>> | undefined;
      if (ts !== undefined && metadata?.event_type === EVENT_TYPE && payload?.['dedupe_key'] === dedupeKey)
        return { kind: 'found', ref: { channel, ts } };
    }
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (cursor === undefined) return { kind: 'absent' };
  }
  return { kind: 'refused', reason: 'the history is too long to look through', isFinal: false };
}

/** Slack by its own client. What is repeated, and when, is the worker's to decide: the client repeats nothing. */
export function openSlackPort(options: {
  readonly token: string;
  /** Slack's own when null. */
  readonly apiUrl: string | null;
  readonly timeoutMs: number;
}): SlackPort {
  const client = new WebClient(options.token, {
    ...(options.apiUrl === null ? {} : { slackApiUrl: options.apiUrl }),
    timeout: options.timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent,
  });
  const buildRef = (channel: string | undefined, ts: string | undefined): ProviderRef => ({
    channel: channel ?? '',
    ts: ts ?? '',
  });
  return {
    post: ({ channel, message, dedupeKey }) =>
      runCall(async (): Promise<SendOutcome> => {
        const answer = await client.chat.postMessage({
          channel,
          text: message.text,
          blocks: [...message.blocks],
          metadata: { event_type: EVENT_TYPE, event_payload: { dedupe_key: dedupeKey } },
          unfurl_links: false,
          unfurl_media: false,
        });
        return { kind: 'sent', ref: buildRef(answer.channel ?? channel, answer.ts) };
      }),
    update: (message, { channel, ts }) =>
      runCall(async (): Promise<SendOutcome> => {
        // Its key is not needed any more: nobody searches for a message that is recorded as sent.
        await client.chat.update({ channel, ts, text: message.text, blocks: [...message.blocks] });
        return { kind: 'sent', ref: buildRef(channel, ts) };
      }),
    openConversation: (userId) =>
      runCall(async () => {
        const answer = await client.conversations.open({ users: userId });
        const channel = answer.channel?.id;
        if (channel === undefined)
          return { kind: 'refused', reason: 'no conversation was opened', isFinal: false } as const;
        return { kind: 'opened', channel } as const;
      }),
    find: (place) => runCall(() => runSearch(client, place)),
    openView: (triggerId, view) =>
      runCall(async (): Promise<SendOutcome> => {
        const answer = await client.views.open({ trigger_id: triggerId, view });
        return { kind: 'sent', ref: { view: answer.view?.id ?? '' } };
      }),
  };
}
