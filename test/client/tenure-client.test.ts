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
      { domain: string; metric: string; unit: string; tier: string; description: string } | undefined
    >();
    expect(metrics.length).toBeGreaterThan(50);
    const card = await client.get('/v1/metrics/{name}', { params: { name: 'current_mrr' } });
    expect(card.label).toBe('MRR');
    const { rows } = await client.get('/v1/milestones', { query: { limit: 3, revoked: 'false' } });
    expect(rows).toHaveLength(3);
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
