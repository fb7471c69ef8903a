import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { AccessKey, Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { readClientAddress } from './client-address.ts';
import { wantsPage } from './error-answer.ts';
import { type Guard, isSafeMethod } from './guards.ts';
import type { HttpEnvironment, Viewer } from './http-environment.ts';
import type { AttemptLimit } from './rate-limits.ts';

export const SESSION_COOKIE = 'tenure_session';

/** Whoever asks a server that asks for no key: only this machine reaches it. */
const LOCAL: Viewer = Object.freeze({ name: 'local', role: 'admin', keyId: null, memberId: null });

function buildViewer({ id, name, role, memberId }: AccessKey): Viewer {
  return { name, role, keyId: id, memberId };
}

/** Finds out whether a key is needed at all, for all that comes after. */
export function noteKeyNeed(tenure: Tenure): Guard {
  return async (context, next) => {
    context.set('isKeyNeeded', await tenure.access.isKeyNeeded());
    await next();
  };
}

async function checkBearer(
  tenure: Tenure,
  attempts: AttemptLimit,
  { header, address }: { readonly header: string; readonly address: string },
): Promise<AccessKey> {
  await attempts.assert(address);
  const [, text] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
  const key = text === undefined ? null : await tenure.access.checkKey(text);
  if (key !== null) return key;
  await attempts.count(address);
  throw new TenureError('KEY_REFUSED');
}

async function findViewer(
  tenure: Tenure,
  attempts: AttemptLimit,
  context: Context<HttpEnvironment>,
): Promise<Viewer | null> {
  if (!context.get('isKeyNeeded')) return LOCAL;
  const header = context.req.header('authorization');
  if (header !== undefined)
    return buildViewer(await checkBearer(tenure, attempts, { header, address: readClientAddress(context) }));
  const token = getCookie(context, SESSION_COOKIE);
  const key = token === undefined ? null : await tenure.access.checkSession(token);
  return key === null ? null : buildViewer(key);
}

/**
 * Lets in who has a key or a session, and sends browsers without one to the page where they sign in.
 *
 * @throws TenureError KEY_NEEDED, KEY_REFUSED, ATTEMPTS_EXCEEDED
 */
export function requireAccess(tenure: Tenure, attempts: AttemptLimit): Guard {
  return async (context, next) => {
    const viewer = await findViewer(tenure, attempts, context);
    if (viewer === null) {
      if (!isSafeMethod(context.req.method) || !wantsPage(context)) throw new TenureError('KEY_NEEDED');
      const { pathname, search } = new URL(context.req.url);
      return context.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
    }
    context.set('viewer', viewer);
    // What is for one person is kept by no cache.
    context.header('cache-control', 'private, no-store');
    await next();
  };
}
