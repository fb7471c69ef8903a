import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ERROR_CATALOGUE } from '../../src/base/index.ts';
import { API_ROUTES } from '../../src/http/api/api-routes.ts';
import { buildOpenApiDocument } from '../../src/http/index.ts';
import { buildArbitrary, type Schema } from './schema-arbitrary.ts';
import { bearer, type ServedDemo, serveDemo } from './served-demo.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Case {
  readonly id: keyof typeof API_ROUTES;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Wanted {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const document = buildOpenApiDocument() as unknown as {
  paths: Record<string, Record<string, Operation>>;
};
const CASES: readonly Case[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    id: operation.operationId as Case['id'],
    method,
    path,
    operation,
  })),
);
const RUNS = 8;

let served: ServedDemo;
let key: string;
/** Ids that are there, by the parameter they stand for. */
let known: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  served = await serveDemo();
  key = await served.addKey('admin');
  const milestones = await served.tenure.milestones.list({ limit: 20 });
  const notifications = await served.tenure.notifications.list({ limit: 5 });
  known = {
    name: served.tenure.metrics.list().map(({ metric }) => metric),
    milestoneId: milestones.map((row) => String(row['id'])),
    id: [...milestones.map((row) => String(row['customer_id'])), ...notifications.map(({ id }) => id)],
  };
});
afterAll(() => served.close());

async function send({ method, path }: Case, { path: params, query, body }: Wanted): Promise<Response> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])),
  );
  const hasBody = body !== undefined;
  return fetch(`${served.url}${filled}?${search}`, {
    method: method.toUpperCase(),
    headers: { ...bearer(key), ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
  });
}

function findBody({ operation }: Case): Schema | undefined {
  return operation.requestBody?.content['application/json'].schema;
}

function buildRequests(one: Case): fc.Arbitrary<Wanted> {
  const parameters = one.operation.parameters ?? [];
  const pick = (place: Parameter['in']) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema }) => {
          const any = buildArbitrary(schema);
          const there = known[name];
          const isId = place === 'path' && schema.enum === undefined && there !== undefined;
          // `.` and `..` are no names: an address cannot hold them.
          const texts = any.filter((text) => place === 'query' || !/^\.{1,2}$/.test(String(text)));
          return [name, isId ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...there) }, texts) : texts];
        }),
    );
  const body = findBody(one);
  return fc.record({
    path: fc.record(pick('path')) as fc.Arbitrary<Record<string, string>>,
    query: fc.record(pick('query'), { requiredKeys: [] }),
    body: body === undefined ? fc.constant(undefined) : buildArbitrary(body),
  });
}

function expectError(body: unknown): void {
  expect(body).toEqual({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      fix: expect.any(String),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(Object.keys(ERROR_CATALOGUE)).toContain((body as { error: { code: string } }).error.code);
}

async function expectDocumented(one: Case, response: Response): Promise<void> {
  expect(Object.keys(one.operation.responses)).toContain(String(response.status));
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/json')) return;
  const body: unknown = await response.json();
  if (response.status !== 200) return expectError(body);
  // What a schema does not know it would leave out.
  expect((API_ROUTES[one.id].answer as z.ZodType).parse(body)).toEqual(body);
}

async function expectAnswered(method: string, path: string, wanted: Wanted): Promise<void> {
  const one = CASES.find((found) => found.method === method && found.path === path) as Case;
  const response = await send(one, wanted);
  expect(response.status, await response.clone().text()).toBe(200);
  await expectDocumented(one, response);
}

describe('the API does what its description says', () => {
  it.each(CASES)('$method $path', async (one) => {
    await fc.assert(
      fc.asyncProperty(buildRequests(one), async (wanted) => {
        const response = await send(one, wanted);
        expect(response.status, await response.clone().text()).not.toBe(500);
        await expectDocumented(one, response);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it.each([
    [
      'get',
      '/v1/metrics/{name}',
      { path: { name: 'product.monthly_active_users' }, query: {}, body: undefined },
    ],
    ['get', '/v1/customers', { path: {}, query: { ended: true, limit: 200 }, body: undefined }],
    ['get', '/v1/models/{model}/card', { path: { model: 'churn' }, query: {}, body: undefined }],
    ['get', '/v1/models/{model}/drift', { path: { model: 'churn' }, query: {}, body: undefined }],
    ['get', '/v1/survival', { path: {}, query: { by: 'plan_tier', cox: 'usual' }, body: undefined }],
    ['get', '/v1/forecast', { path: {}, query: { owner: 'all' }, body: undefined }],
    ['get', '/v1/alerts', { path: {}, query: { limit: 500 }, body: undefined }],
    [
      'post',
      '/v1/metrics/query',
      {
        path: {},
        query: {},
        body: {
          metrics: ['current_mrr', 'customer_health_score'],
          dimensions: ['plan_tier'],
          time: { range: 'last 3 months', granularity: 'month' },
          compare: ['previous_year'],
        },
      },
    ],
    ['post', '/v1/alerts/preview', { path: {}, query: {}, body: { name: 'health_below_40', days: 90 } }],
    ['post', '/v1/milestones/preview', { path: {}, query: {}, body: { limit: 5 } }],
  ] as const)('a known %s %s is answered', async (method, path, wanted) => {
    await expectAnswered(method, path, wanted);
  });

  it('everything on a customer is answered, with and without a contract', async () => {
    const { rows } = await served.tenure.customers.list({ hasEnded: true, order: 'name', limit: 1000 });
    const [first, ended] = [rows[0], rows.find(({ isActive }) => !isActive)];
    for (const id of [first?.customerId, ended?.customerId])
      await expectAnswered('get', '/v1/customers/{id}', {
        path: { id: String(id) },
        query: {},
        body: undefined,
      });
  });
});

/** Requests that are wrong in one thing, with what that is. */
function listWrong(one: Case): readonly (readonly [string, Wanted])[] {
  const parameters = one.operation.parameters ?? [];
  const path = Object.fromEntries(
    parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name, schema }) => [name, String(schema.enum?.[0] ?? known[name]?.[0])]),
  );
  const schema = findBody(one);
  const [body] = schema === undefined ? [undefined] : fc.sample(buildArbitrary(schema), 1);
  const right: Wanted = { path, query: {}, body };
  const numbers = parameters.filter(
    ({ in: place, schema: type }) => place === 'query' && type.type === 'integer',
  );
  const closed = parameters.filter(
    ({ in: place, schema: type }) => place === 'query' && type.enum !== undefined,
  );
  return [
    ['an unknown parameter', { ...right, query: { unknown: 1 } }],
    ...numbers.flatMap(({ name }) =>
      ['x', '-1', '1.5', '99999999999'].map(
        (value) => [`${name}=${value}`, { ...right, query: { [name]: value } }] as const,
      ),
    ),
    ...closed.map(({ name }) => [`${name} of none`, { ...right, query: { [name]: 'none' } }] as const),
    ...Object.keys(path).map(
      (name) => [`${name} too long`, { ...right, path: { ...path, [name]: 'x'.repeat(201) } }] as const,
    ),
    ...Object.keys(path).map(
      (name) => [`${name} with a line`, { ...right, path: { ...path, [name]: 'a\nb' } }] as const,
    ),
    ...(schema === undefined
      ? []
      : ([
          ['an unknown property', { ...right, body: { ...(body as object), unknown: 1 } }],
          ['a list for a body', { ...right, body: [] }],
          ...(schema.required ?? []).map(
            (name) => [`no ${name}`, { ...right, body: { ...(body as object), [name]: undefined } }] as const,
          ),
          ...Object.keys(schema.properties ?? {}).map(
            (name) =>
              [
                `${name} of no type`,
                { ...right, body: { ...(body as object), [name]: { '': [] } } },
              ] as const,
          ),
        ] as const)),
  ];
}

describe('what an address does not take is refused', () => {
  it.each(CASES)('$method $path', async (one) => {
    for (const [what, wanted] of listWrong(one)) {
      const response = await send(one, wanted);
      expect([what, response.status]).toEqual([what, 400]);
      const body = await response.json();
      expectError(body);
      expect([what, (body as { error: { code: string } }).error.code]).toEqual([what, 'REQUEST_INVALID']);
    }
  });

  it('nothing went wrong inside', () => {
    expect(served.notes).toEqual([]);
  });
});
