import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { renderSignInPage } from '../web/index.ts';
import { isSecure, readClientAddress } from './client-address.ts';
import type { HttpEnvironment } from './http-environment.ts';
import type { AttemptLimit } from './rate-limits.ts';
import { SESSION_COOKIE } from './require-access.ts';

/** Any place: only what comes after it counts. */
const PLACE = 'http://local';

/**
 * A path of this server out of what an address may hold; `/` for anything a browser could take for another server:
 * `//host`, `/\host`, a scheme, characters that browsers leave out.
 */
export function parseLocalPath(text: string | undefined): string {
  const isPath = text !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text);
  if (!isPath || !URL.canParse(text, PLACE)) return '/';
  const { origin, pathname } = new URL(text, PLACE);
  return origin === PLACE && !pathname.startsWith('//') ? text : '/';
}

async function readForm(context: Context): Promise<{ readonly key: string; readonly next: string }> {
  const form = await context.req.parseBody().catch(() => ({}) as Record<string, unknown>);
  const { key, next } = form;
  return {
    key: typeof key === 'string' ? key.trim() : '',
    next: parseLocalPath(typeof next === 'string' ? next : undefined),
  };
}

async function signIn(tenure: Tenure, attempts: AttemptLimit, context: Context<HttpEnvironment>) {
  const address = readClientAddress(context);
  await attempts.assert(address);
  const { key: text, next } = await readForm(context);
  const key = await tenure.access.checkKey(text);
  if (key === null) {
    await attempts.count(address);
    const entry = { actor: 'unknown', action: 'sign-in.failed', subject: null, detail: {}, address };
    await tenure.access.record(entry);
    const { message } = new TenureError('KEY_REFUSED');
    return context.html(renderSignInPage({ next, problem: message }), 401);
  }
  const old = getCookie(context, SESSION_COOKIE);
  if (old !== undefined) await tenure.access.closeSession(old);
  const { token, seconds } = await tenure.access.openSession(key.id);
  setCookie(context, SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    secure: isSecure(context),
    maxAge: seconds,
  });
  await tenure.access.record({ actor: key.name, action: 'sign-in', subject: key.id, detail: {}, address });
  return context.redirect(next, 303);
}

async function signOut(tenure: Tenure, context: Context<HttpEnvironment>) {
  const token = getCookie(context, SESSION_COOKIE);
  const key = token === undefined ? null : await tenure.access.checkSession(token);
  if (token !== undefined) await tenure.access.closeSession(token);
  deleteCookie(context, SESSION_COOKIE, { path: '/', secure: isSecure(context) });
  if (key !== null) {
    const address = readClientAddress(context);
    await tenure.access.record({ actor: key.name, action: 'sign-out', subject: key.id, detail: {}, address });
  }
  return context.redirect('/sign-in', 303);
}

/** The page where a browser exchanges a key for a session, and the end of it. */
export function addSignInRoutes(app: Hono<HttpEnvironment>, tenure: Tenure, attempts: AttemptLimit): void {
  app.get('/sign-in', (context) => {
    const next = parseLocalPath(context.req.query('next'));
    context.header('cache-control', 'no-store');
    if (!context.get('isKeyNeeded')) return context.redirect(next);
    return context.html(renderSignInPage({ next, problem: null }));
  });
  app.post('/sign-in', (context) => signIn(tenure, attempts, context));
  app.post('/sign-out', (context) => signOut(tenure, context));
}
