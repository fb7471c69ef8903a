import type { z } from 'zod';
import type { ApiRoutes } from '../http/index.ts';

type Route = ApiRoutes[keyof ApiRoutes];
type Method = Route['method'];
type PathOf<M extends Method> = Extract<Route, { readonly method: M }>['path'];
type RouteAt<M extends Method, Path> = Extract<Route, { readonly method: M; readonly path: Path }>;

type ParamsOf<R> = R extends { readonly params: infer Schema extends z.ZodType }
  ? { readonly params: z.input<Schema> }
  : unknown;
type QueryOf<R> = R extends { readonly query: infer Schema extends z.ZodType }
  ? { readonly query?: z.input<Schema> }
  : unknown;
type BodyOf<R> = R extends { readonly body: infer Schema extends z.ZodType }
  ? { readonly body: z.input<Schema> }
  : unknown;
type RequestOf<R> = ParamsOf<R> & QueryOf<R> & BodyOf<R>;
/** A request without anything it needs may be left out. */
type Given<R> =
  Record<never, never> extends RequestOf<R> ? [request?: RequestOf<R>] : [request: RequestOf<R>];
type AnswerOf<R> = R extends { readonly answer: infer Schema extends z.ZodType } ? z.output<Schema> : never;

/** The API of a served workspace, typed by its routes. Paths are written as in docs/openapi.json. */
export interface TenureClient {
  get<Path extends PathOf<'get'>>(
    path: Path,
    ...request: Given<RouteAt<'get', Path>>
  ): Promise<AnswerOf<RouteAt<'get', Path>>>;
  post<Path extends PathOf<'post'>>(
    path: Path,
    ...request: Given<RouteAt<'post', Path>>
  ): Promise<AnswerOf<RouteAt<'post', Path>>>;
}

export interface ClientOptions {
  /** Where it is served: `http://127.0.0.1:4400`. */
  readonly url: string;
  /** A key of `tenure keys add`; none for a server that asks for none. */
  readonly key?: string;
  /** What requests are made with; the global `fetch` unless given. */
  readonly fetch?: typeof fetch;
}

/** An error of the API. */
export class ApiError extends Error {
  readonly status: number;
  /** As in docs/errors.md; `UNREADABLE` where something before the server answered. */
  readonly code: string;
  readonly fix: string;
  readonly requestId: string;

  constructor(status: number, error: Readonly<Record<string, string>>) {
    super(error['message'] ?? `The answer has the status ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = error['code'] ?? 'UNREADABLE';
    this.fix = error['fix'] ?? '';
    this.requestId = error['requestId'] ?? '';
  }
}

interface Parts {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

function buildUrl(base: string, path: string, { params = {}, query = {} }: Parts): URL {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const url = new URL(base.replace(/\/$/, '') + filled);
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) url.searchParams.append(name, String(one));
  return url;
}

/**
 * Opens a client of a served workspace.
 *
 * @example
 * import { openClient } from 'tenure/client';
 * const client = openClient({ url: 'http://127.0.0.1:4400', key });
 * const { rows } = await client.post('/v1/metrics/query', {
 *   body: { metrics: ['current_mrr'], time: { range: 'last 3 months', granularity: 'month' } },
 * });
 * const { total } = await client.get('/v1/customers', { query: { plan_tier: ['growth', 'enterprise'] } });
 * const features = await client.get('/v1/customers/{id}/features/{model}', { params: { id: 'c1', model: 'churn' } });
 */
export function openClient({ url, key, fetch: send = fetch }: ClientOptions): TenureClient {
  const call = async (method: string, path: string, parts: Parts = {}): Promise<never> => {
    const headers = {
      accept: 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const body = parts.body === undefined ? {} : { body: JSON.stringify(parts.body) };
    const response = await send(buildUrl(url, path, parts), { method, headers, ...body });
    const answer = (await response.json().catch(() => ({}))) as { error?: Record<string, string> };
    if (!response.ok) throw new ApiError(response.status, answer.error ?? {});
    return answer as never;
  };
  return {
    get: (path, ...[request]) => call('GET', path, request as Parts | undefined),
    post: (path, ...[request]) => call('POST', path, request as Parts | undefined),
  };
}
