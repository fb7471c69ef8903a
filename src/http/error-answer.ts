import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorKind, errorText, TenureError } from '../base/index.ts';
import { renderErrorPage } from '../web/index.ts';
import type { HttpEnvironment } from './http-environment.ts';

const STATUS_BY_KIND: Readonly<Record<ErrorKind, ContentfulStatusCode>> = {
  usage: 400,
  findings: 422,
  environment: 503,
  internal: 500,
};

/** Codes whose status says more than their kind. */
const STATUS_BY_CODE: Readonly<Record<string, ContentfulStatusCode>> = {
  KEY_NEEDED: 401,
  KEY_REFUSED: 401,
  ROLE_TOO_LOW: 403,
  HOST_REFUSED: 421,
  ORIGIN_REFUSED: 403,
  REQUEST_TOO_LARGE: 413,
  ATTEMPTS_EXCEEDED: 429,
  RATE_EXCEEDED: 429,
  WAREHOUSE_MISSING: 503,
  PATH_UNKNOWN: 404,
  SCORE_MISSING: 404,
  MODEL_MISSING: 404,
  NOTIFICATION_UNKNOWN: 409,
  CELEBRATION_MOVE_ILLEGAL: 409,
  CELEBRATION_UNDERWAY: 409,
  CELEBRATION_CHANGED: 409,
  CELEBRATION_MILESTONE_REVOKED: 409,
  ASKED_RECENTLY: 409,
};

/** Answers of this status say that the server failed, not the request. */
const SERVER_FAILED = 500;

/** The HTTP status of an error: what is not known by its name is not found. */
export function findStatus({ code, kind }: TenureError): ContentfulStatusCode {
  const own = STATUS_BY_CODE[code];
  if (own !== undefined) return own;
  return kind === 'usage' && code.endsWith('_UNKNOWN') ? 404 : STATUS_BY_KIND[kind];
}

/** True for a browser that wants to show a page. */
export function wantsPage(context: Context): boolean {
  const isApi = context.req.path.startsWith('/v1/');
  return !isApi && (context.req.header('accept') ?? '').includes('text/html');
}

/** What the database says of a statement of ours is nothing a caller could correct. */
const INSIDE = ['QUERY_FAILED', 'DATABASE_UNREADABLE'];

/** Whatever was thrown as an error of the catalogue, without the folders of this machine. */
function parseError(error: unknown): TenureError {
  if (error instanceof TenureError && error.code === 'WAREHOUSE_MISSING')
    return new TenureError('WAREHOUSE_MISSING', { path: 'this workspace' });
  if (error instanceof TenureError && !INSIDE.includes(error.code)) return error;
  if (error instanceof HTTPException && error.status < SERVER_FAILED)
    return new TenureError('REQUEST_INVALID', { place: 'the request', problem: errorText(error) });
  return new TenureError('INTERNAL', {}, { cause: error });
}

/**
 * Turns what a route throws into an answer. What an internal error says is for the log: the caller gets the id by which it is
 * found there.
 */
export function buildErrorAnswer(note: (text: string) => void) {
  return (thrown: unknown, context: Context<HttpEnvironment>): Response | Promise<Response> => {
    const parsed = parseError(thrown);
    const status = findStatus(parsed);
    const requestId = context.get('requestId');
    if (status >= SERVER_FAILED) {
      const cause = parsed.kind === 'internal' && thrown instanceof Error ? thrown.stack : errorText(thrown);
      note(`Request ${requestId} failed: ${cause}\n`);
    }
    const error = parsed.kind === 'internal' ? new TenureError('INTERNAL') : parsed;
    const { code, message, fix, details } = error;
    if (details['seconds'] !== undefined) context.header('retry-after', String(details['seconds']));
    if (status === 401) context.header('www-authenticate', 'Bearer');
    if (wantsPage(context)) return context.html(renderErrorPage({ message, fix, requestId }), status);
    return context.json({ error: { code, message, fix, requestId } }, status);
  };
}
