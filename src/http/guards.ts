import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { type Ids, TenureError } from '../base/index.ts';
import { isLoopback, isSecure, readHost } from './client-address.ts';
import type { HttpEnvironment } from './http-environment.ts';

export type Guard = MiddlewareHandler<HttpEnvironment>;

/** Of any request. A request of Slack is a few kilobytes, a file of definitions some tens. */
const MOST_BYTES = 1024 * 1024;
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** True for a request that changes nothing. */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.includes(method);
}

/** Gives each request an id: in `x-request-id`, in the text of errors and in the log. */
export function nameRequests(ids: Ids): Guard {
  return async (context, next) => {
    context.set('requestId', ids.next());
    context.header('x-request-id', context.get('requestId'));
    await next();
  };
}

/** Headers by which a browser runs, frames and sends nothing but what is ours. */
export const setSecureHeaders: Guard = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  // Who puts TLS before this server says so there; on http://localhost it would only be in the way.
  strictTransportSecurity: false,
});

export const limitBodies: Guard = bodyLimit({
  maxSize: MOST_BYTES,
  onError: (context) => {
    // What is not read any more cannot be followed by another request.
    context.header('connection', 'close');
    throw new TenureError('REQUEST_TOO_LARGE', { limit: MOST_BYTES });
  },
});

/**
 * Where no key is needed, only names of this machine are answered: a page of another site whose name was pointed at
 * 127.0.0.1 (DNS rebinding) calls by its own name.
 */
export const checkHost: Guard = async (context, next) => {
  const host = readHost(context);
  const name = host.replace(/:\d+$/, '');
  if (!context.get('isKeyNeeded') && !isLoopback(name)) throw new TenureError('HOST_REFUSED', { host });
  await next();
};

function isOwnOrigin(origin: string, host: string, isHttps: boolean): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: name } = new URL(origin);
  const isWeb = protocol === 'https:' || (protocol === 'http:' && !isHttps);
  return isWeb && name === host.toLowerCase();
}

/**
 * Refuses what changes something and was sent by a page of another site (CSRF). A browser says where a request comes from in
 * `Origin` and `Sec-Fetch-Site`, and no page can change that. Requests with a key in their header are sent by no browser on
 * its own account.
 */
export const checkOrigin: Guard = async (context, next) => {
  const isFree = isSafeMethod(context.req.method) || context.req.header('authorization') !== undefined;
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  const isForeign =
    (origin !== undefined && !isOwnOrigin(origin, readHost(context), isSecure(context))) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (!isFree && isForeign) throw new TenureError('ORIGIN_REFUSED');
  await next();
};
