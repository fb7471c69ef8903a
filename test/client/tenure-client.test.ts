import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { ApiError, openClient, type TenureClient } from '../../src/client/index.ts';
import { type ServedDemo, serveDemo } from '../http/served-demo.ts';

let served: ServedDemo;
let client: TenureClient;
beforeAll(async () => {
  served = await serveDemo();
  client = openClient({ url: `${served.url}/`, key: await served.addKey('csm') });
});
afterAll(() => served.close());

describe('the typed client', () => {
  it('reads, with parameters in the path and in the query', async () => {
    const { metrics } = await client.get('/v1/metrics');
    expectTypeOf(metrics[0]).toEqualTypeOf<
      | {
          domain: string;
          metric: string;
          unit: string;
          isMultiple: boolean;
          hasCompanyFigure: boolean;
          tier: string;
          description: string;
        }
      | undefined
    >();
    expect(metrics.length).toBeGreaterThan(50);
    const card = await client.get('/v1/metrics/{name}', { params: { name: 'current_mrr' } });
    expect(card.label).toBe('MRR');
    const { rows } = await client.get('/v1/milestones', { query: { limit: 3, revoked: 'false' } });
    expect(rows).toHaveLength(3);
  });

  it('reads customers by filters that are given several times, page by page', async () => {
    const filters = { plan_tier: ['growth', 'starter'], churn_tier: 'low' };
    const query = { ...filters, order: 'name', limit: 2 } as const;
    const { rows, total } = await client.get('/v1/customers', { query });
    const own = await served.tenure.customers.list({
      filters: { plan_tier: ['growth', 'starter'], churn_tier: ['low'] },
      order: 'name',
      limit: 4,
    });
    expect(own.rows.length).toBe(4);
    expect([total, rows]).toEqual([own.total, own.rows.slice(0, 2)]);
    const next = await client.get('/v1/customers', { query: { ...query, offset: 2 } });
    expect(next.rows).toEqual(own.rows.slice(2));
    const turned = await client.get('/v1/customers', { query: { ...query, direction: 'desc', limit: 1 } });
    expect(turned.rows[0]?.customerId).not.toBe(rows[0]?.customerId);
    const [first] = rows;
    const found = await client.get('/v1/customers', { query: { q: String(first?.customerName) } });
    expect(found.rows.map(({ customerId }) => customerId)).toContain(first?.customerId);
    const wrong = client.get('/v1/customers', { query: { limit: 201 } });
    await expect(wrong).rejects.toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });

  it('reads everything on a customer', async () => {
    const [first] = (await client.get('/v1/customers', { query: { limit: 1 } })).rows;
    const id = String(first?.customerId);
    const customer = await client.get('/v1/customers/{id}', { params: { id } });
    expect(customer.profile.customerName).toBe(first?.customerName);
    expect(customer.figures?.customerHealthScore).toBe(first?.healthScore);
    expect(customer.days.length).toBeGreaterThan(30);
    await expect(client.get('/v1/customers/{id}', { params: { id: 'nobody' } })).rejects.toMatchObject({
      status: 404,
      code: 'CUSTOMER_UNKNOWN',
    });
  });

  it('asks for metrics', async () => {
    const answer = await client.post('/v1/metrics/query', {
      body: { metrics: ['current_mrr'], time: { range: 'last 3 months', granularity: 'month' } },
    });
    expect(answer.rows).toHaveLength(3);
    expectTypeOf(answer.range).toEqualTypeOf<{ from: string; to: string }>();
  });

  it('acts, and quotes what stands in a path', async () => {
    const { rows } = await client.get('/v1/milestones', { query: { limit: 1 } });
    const milestoneId = String(rows[0]?.['id']);
    const drafted = await client.post('/v1/celebrations/{milestoneId}/draft', {
      params: { milestoneId },
      body: { kind: 'email' },
    });
    expect(drafted).toMatchObject({ milestoneId, state: 'drafted', draftedBy: 'csm' });
    const params = { id: 'a/../b?c#d', model: 'churn' } as const;
    const lost = client.get('/v1/customers/{id}/features/{model}', { params });
    await expect(lost).rejects.toMatchObject({ code: 'CUSTOMER_UNKNOWN' });
    await expect(lost).rejects.toThrow('a/../b?c#d');
  });

  it('throws errors of the API with status, code and what to do', async () => {
    const refused = client.get('/v1/audit');
    await expect(refused).rejects.toThrow(ApiError);
    await expect(refused).rejects.toMatchObject({
      status: 403,
      code: 'ROLE_TOO_LOW',
      fix: expect.stringContaining('admin'),
      requestId: expect.any(String),
    });
    await expect(openClient({ url: served.url }).get('/v1/metrics')).rejects.toMatchObject({ status: 401 });
    const before = (() => Promise.resolve(new Response('<html>', { status: 502 }))) as typeof fetch;
    const proxied = openClient({ url: served.url, fetch: before }).get('/v1/metrics');
    await expect(proxied).rejects.toMatchObject({ status: 502, code: 'UNREADABLE' });
  });

  it('is typed by the routes', () => {
    // @ts-expect-error there is no such address
    void (() => client.get('/v1/nothing'));
    // @ts-expect-error the path has a parameter
    void (() => client.get('/v1/metrics/{name}'));
    // @ts-expect-error a limit is a number
    void (() => client.get('/v1/runs', { query: { limit: 'all' } }));
    // @ts-expect-error a query names metrics
    void (() => client.post('/v1/metrics/query', { body: { dimensions: [] } }));
    // @ts-expect-error it is asked for with POST
    void (() => client.get('/v1/metrics/query'));
    expectTypeOf(client.get).toBeFunction();
  });

  it('needs nothing at run time but fetch', () => {
    const source = fs.readFileSync(path.join(PACKAGE_ROOT, 'src', 'client', 'tenure-client.ts'), 'utf8');
    const imports = [...source.matchAll(/^import (\w+)/gm)].map(([, word]) => word);
    expect(new Set(imports)).toEqual(new Set(['type']));
  });
});
