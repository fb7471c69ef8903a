import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { TenureError } from '../base/index.ts';
import { readClientAddress } from './client-address.ts';
import type { Guard } from './guards.ts';

const ATTEMPTS = 10;
const ATTEMPTS_SECONDS = 10 * 60;
const MINUTE_SECONDS = 60;

function secondsLeft({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

/** Counts the keys that were refused, by address. */
export interface AttemptLimit {
  /** @throws TenureError ATTEMPTS_EXCEEDED after 10 refused keys in 10 minutes */
  assert(address: string): Promise<void>;
  count(address: string): Promise<void>;
}

export function openAttemptLimit(): AttemptLimit {
  const limiter = new RateLimiterMemory({ points: ATTEMPTS, duration: ATTEMPTS_SECONDS });
  return {
    assert: async (address) => {
      const found = await limiter.get(address);
      if (found === null || found.consumedPoints < ATTEMPTS) return;
      throw new TenureError('ATTEMPTS_EXCEEDED', { seconds: secondsLeft(found) });
    },
    count: async (address) => {
      await limiter.penalty(address);
    },
  };
}

/**
 * Lets each key (each address, where a session has none) make so many requests a minute; any number with 0, and on a server
 * that asks for no key.
 *
 * @throws TenureError RATE_EXCEEDED
 */
export function limitRate(requestsPerMinute: number): Guard {
  const limiter = new RateLimiterMemory({ points: Math.max(1, requestsPerMinute), duration: MINUTE_SECONDS });
  return async (context, next) => {
    if (requestsPerMinute > 0 && context.get('isKeyNeeded')) {
      const who = context.get('viewer').keyId ?? readClientAddress(context);
      await limiter.consume(who).catch((refused: RateLimiterRes) => {
        throw new TenureError('RATE_EXCEEDED', { limit: requestsPerMinute, seconds: secondsLeft(refused) });
      });
    }
    await next();
  };
}
