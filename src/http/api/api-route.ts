import { z } from '@hono/zod-openapi';
import type { Role, Served, Viewer } from '../http-environment.ts';

/** An address of the API as data: what it takes, what it answers, who may use it. Its key in the list is its operation id. */
export interface ApiRoute {
  readonly method: 'get' | 'post';
  readonly path: `/v1/${string}`;
  readonly tag: string;
  readonly summary: string;
  /** The least role that may use it. */
  readonly role: Role;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** The JSON it answers. */
  readonly answer: z.ZodType;
  /** Media types it answers beside JSON. */
  readonly formats?: readonly string[];
  /** True where it changes something: then it stands in the audit log. */
  readonly isChange?: true;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler is given, checked. */
export interface ApiInput<Route extends ApiRoute> {
  readonly params: Parsed<Route['params']>;
  readonly query: Parsed<Route['query']>;
  readonly body: Parsed<Route['body']>;
  readonly viewer: Viewer;
  /** What the caller accepts, as it stands in the header. */
  readonly accept: string;
}

/** A value of a schema as the library has it: frozen, its large integers as bigint. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T extends number
      ? number | bigint
      : T;

/** The handlers of routes, by operation id. A response of another media type is answered as it is. */
export type ApiHandlers<Routes extends Readonly<Record<string, ApiRoute>>> = {
  readonly [Id in keyof Routes]: (
    served: Served,
    input: ApiInput<Routes[Id]>,
  ) => Promise<Frozen<z.output<Routes[Id]['answer']>> | Response>;
};

/** Keeps the exact types of routes. */
export function defineRoutes<const Routes extends Readonly<Record<string, ApiRoute>>>(
  routes: Routes,
): Routes {
  return routes;
}

/** Ids and names: a line of text. */
export const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[ -~\u00a0-\uffff]*$/, 'must be one line of text');

/** What a person writes. */
export const words = z
  .string()
  .min(1)
  .max(10_000)
  .regex(/^[\t\n\r -~\u00a0-\uffff]*$/, 'must be text');

/** A UTC day, `YYYY-MM-DD`. */
export const day = z.iso.date();

/** How many at most, in a query. */
export function limit(fallback: number, most = 1000) {
  return z.coerce.number<number>().int().min(1).max(most).default(fallback);
}

/** How many are passed over, in a query. */
export const offset = z.coerce.number<number>().int().min(0).max(1_000_000_000).default(0);

const MOST_VALUES = 50;

/** Values of which any fits, in a query: `?plan_tier=growth&plan_tier=starter`. */
export const listed = z
  .union([z.array(name).max(MOST_VALUES), name.transform((one) => [one])])
  .describe('May be given several times: any of them.');

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A row of the warehouse. Decimals are text with their digits kept. */
export const row = z.record(z.string(), value);

export const rows = z.object({ rows: z.array(row) });

export const interval = z.object({ low: z.number(), high: z.number() });

export const range = z
  .object({ from: z.string(), to: z.string() })
  .describe('Half-open: without its last day.');

export const counted = z.object({ changed: z.int() });

export const done = z.object({ done: z.literal(true) });
