import { createHmac, timingSafeEqual } from 'node:crypto';

/** Requests older than this are refused, so that one somebody recorded cannot be sent again. */
const MOST_SECONDS = 300;

export interface SignedRequest {
  /** The signing secret of the Slack app. */
  readonly secret: string;
  /** Header `x-slack-request-timestamp`. */
  readonly timestamp: string | undefined;
  /** Header `x-slack-signature`. */
  readonly signature: string | undefined;
  /** The body as it came, byte for byte. */
  readonly body: string | Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** True when a request comes from Slack and is not older, or newer, than five minutes. */
export function verifySlackSignature(request: SignedRequest): boolean {
  const { secret, timestamp = '', signature = '', body, now } = request;
  if (secret === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > MOST_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const given = /^v0=([0-9a-f]{64})$/.exec(signature)?.[1];
  return given !== undefined && timingSafeEqual(expected, Buffer.from(given, 'hex'));
}
