import { OpenAPIHono } from '@hono/zod-openapi';
import { except } from 'hono/combine';
import { type Ids, TenureError } from '../base/index.ts';
import { addApiRoutes } from './api/add-api-routes.ts';
import { buildErrorAnswer } from './error-answer.ts';
import { checkHost, checkOrigin, limitBodies, nameRequests, setSecureHeaders } from './guards.ts';
import type { HttpEnvironment, Served } from './http-environment.ts';
import { addAssetRoutes, addPageRoutes } from './pages/index.ts';
import { limitRate, openAttemptLimit } from './rate-limits.ts';
import { noteKeyNeed, requireAccess } from './require-access.ts';
import { addServiceRoutes } from './service-routes.ts';
import { addSignInRoutes } from './sign-in.ts';

export interface AppOptions {
  readonly ids: Ids;
  /** Told what went wrong inside, with the id of the request. */
  readonly note: (text: string) => void;
  /** Requests a minute for each key; 600 unless given, 0 for any number. */
  readonly rate?: number | undefined;
}

const RATE = 600;
/** Scripts and styles of the pages: also the page to sign in may use them. */
const OPEN_FILES = '/assets/*';

/**
 * Everything `tenure serve` answers. What stands before `requireAccess` is open to everybody who reaches the server.
 *
 * @example
 * const app = buildApp({ tenure, service }, { ids, note });
 * const response = await app.request('/health');
 */
export function buildApp(
  served: Served,
  { ids, note, rate = RATE }: AppOptions,
): OpenAPIHono<HttpEnvironment> {
  const { tenure } = served;
  const attempts = openAttemptLimit();
  const app = new OpenAPIHono<HttpEnvironment>();
  app.onError(buildErrorAnswer(note));
  app.notFound((context) => {
    throw new TenureError('PATH_UNKNOWN', { method: context.req.method, path: context.req.path });
  });
  app.use(nameRequests(ids), setSecureHeaders, noteKeyNeed(tenure), checkHost, limitBodies);
  addServiceRoutes(app, served);
  addAssetRoutes(app);
  app.use(checkOrigin);
  addSignInRoutes(app, tenure, attempts);
  app.use(except(OPEN_FILES, requireAccess(tenure, attempts), limitRate(rate)));
  addApiRoutes(app, served);
  addPageRoutes(app, served);
  return app;
}
