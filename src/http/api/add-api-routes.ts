import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { isRoleEnough } from '../../app/index.ts';
import { TenureError } from '../../base/index.ts';
import { renderApiDocsPage } from '../../web/index.ts';
import { readClientAddress } from '../client-address.ts';
import type { Guard } from '../guards.ts';
import type { HttpEnvironment, Role, Served } from '../http-environment.ts';
import type { ApiInput, ApiRoute } from './api-route.ts';
import { API_HANDLERS, API_ROUTES } from './api-routes.ts';
import { buildOpenApiDocument, buildRouteConfig } from './describe-api.ts';

type Handle = (served: Served, input: ApiInput<ApiRoute>) => Promise<unknown>;

/** Bodies beyond this many characters are left out of the audit log. */
const MOST_AUDITED = 2000;

/** What a schema found wrong, as far as it is used here. */
interface Checked {
  readonly success: boolean;
  readonly target: string;
  readonly error?: {
    readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  };
}

const PLACES: Readonly<Record<string, string>> = { param: 'path', query: 'query', json: 'body' };

function assertValid(checked: Checked): void {
  if (checked.success) return;
  const [issue] = checked.error?.issues ?? [];
  const place = [PLACES[checked.target] ?? checked.target, ...(issue?.path ?? [])].map(String).join('.');
  throw new TenureError('REQUEST_INVALID', { place, problem: issue?.message ?? 'is invalid' });
}

/** @throws TenureError ROLE_TOO_LOW */
function requireRole(needed: Role): Guard {
  return async (context, next) => {
    const { name, role } = context.get('viewer');
    if (!isRoleEnough(role, needed)) throw new TenureError('ROLE_TOO_LOW', { name, role, needed });
    await next();
  };
}

function readInput(context: Context<HttpEnvironment>, route: ApiRoute): ApiInput<ApiRoute> {
  const read = (target: string) => context.req.valid(target as never);
  return {
    params: route.params === undefined ? undefined : read('param'),
    query: read('query'),
    body: route.body === undefined ? undefined : read('json'),
    viewer: context.get('viewer'),
    accept: context.req.header('accept') ?? '',
  };
}

/** Large integers keep their digits as text. */
function renderJson(answer: unknown): string {
  return JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

async function recordChange(
  { tenure }: Served,
  context: Context<HttpEnvironment>,
  { action, input }: { readonly action: string; readonly input: ApiInput<ApiRoute> },
): Promise<void> {
  const [subject = null] = Object.values(input.params ?? {}).map(String);
  const detail = input.body ?? {};
  await tenure.access.record({
    actor: input.viewer.name,
    action,
    subject,
    detail: JSON.stringify(detail).length > MOST_AUDITED ? {} : detail,
    address: readClientAddress(context),
  });
}

/** Adds every address under /v1, their description, and the page that shows it. */
export function addApiRoutes(app: OpenAPIHono<HttpEnvironment>, served: Served): void {
  for (const [id, route] of Object.entries<ApiRoute>(API_ROUTES)) {
    const handle = API_HANDLERS[id as keyof typeof API_HANDLERS] as Handle;
    const run = async (context: Context<HttpEnvironment>): Promise<Response> => {
      const input = readInput(context, route);
      const answer = await handle(served, input);
      if (route.isChange === true) {
        await recordChange(served, context, { action: id, input });
        served.service.wake();
      }
      if (answer instanceof Response)
        return context.body(answer.body as ReadableStream, 200, Object.fromEntries(answer.headers.entries()));
      return context.body(renderJson(answer), 200, { 'content-type': 'application/json' });
    };
    const middleware = requireRole(route.role);
    app.openapi({ ...buildRouteConfig(id, route), middleware }, run as never, assertValid as never);
  }
  app.get('/openapi.json', (context) => context.json(buildOpenApiDocument()));
  app.get('/docs', (context) => context.html(renderApiDocsPage(buildOpenApiDocument())));
}
