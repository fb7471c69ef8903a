import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openClient } from '../../src/client/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { type ServedDemo, serveDemo } from './served-demo.ts';

let served: ServedDemo;
beforeAll(async () => {
  served = await serveDemo();
});
afterAll(() => served.close());

/** Puts another warehouse in the place of the last, as a build does: a file of its own, renamed. */
async function replaceWarehouse(
  change: (sql: (text: string) => Promise<number>) => Promise<void>,
): Promise<void> {
  const warehouse = path.join(served.folder, 'warehouse.duckdb');
  const next = path.join(served.folder, 'next.duckdb');
  fs.copyFileSync(warehouse, next);
  const engine = await openDuckdb({ path: next });
  await change((text) => engine.execute(text));
  await engine.execute('checkpoint');
  await engine.close();
  fs.renameSync(next, warehouse);
}

it('a new warehouse is answered from at once, and no request fails meanwhile', async () => {
  const client = openClient({ url: served.url });
  const entries = await served.tenure.milestones.list({ limit: 50 });
  const ids = [...new Set(entries.map((entry) => String(entry['customer_id'])))];
  const readFeatures = async (id: string) =>
    client.get('/v1/customers/{id}/features/{model}', { params: { id, model: 'churn' } }).catch(() => null);
  const found = await Promise.all(ids.map(async (id) => ({ id, features: await readFeatures(id) })));
  const id = found.find(({ features }) => features !== null)?.id ?? '';
  const failures: unknown[] = [];
  let isRunning = true;
  let asked = 0;
  const keepAsking = async (): Promise<void> => {
    while (isRunning) {
      await Promise.all([
        client.get('/v1/customers/{id}/features/{model}', { params: { id, model: 'churn' } }),
        client.post('/v1/metrics/query', { body: { metrics: ['current_mrr'] } }),
        client.get('/v1/freshness'),
      ]).catch((error: unknown) => failures.push(error));
      asked += 3;
    }
  };
  const asking = Promise.all([keepAsking(), keepAsking(), keepAsking()]);
  for (const [tenure, asOf] of [
    [7001, '2026-03-15'],
    [7002, '2026-03-16'],
    [7003, '2026-03-14'],
  ] as const) {
    await replaceWarehouse(async (sql) => {
      await sql(`update marts.mart_customer_churn_features set tenure_days = ${tenure}`);
      await sql(`update loads.last_build set as_of = date '${asOf}'`);
    });
    expect((await readFeatures(id))?.['tenure_days']).toBe(tenure);
    expect((await client.get('/v1/freshness')).asOf).toBe(asOf);
  }
  isRunning = false;
  await asking;
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(30);
  expect(served.notes).toEqual([]);
});

it('a build beside it is answered from when it is done', async () => {
  const client = openClient({ url: served.url });
  const before = await client.get('/v1/runs');
  let isRunning = true;
  const failures: unknown[] = [];
  const asking = (async () => {
    while (isRunning) await client.get('/v1/freshness').catch((error: unknown) => failures.push(error));
  })();
  const { isPublished } = await served.tenure.build({
    select: ['customer_lifetime_value'],
    exclude: ['resource_type:test'],
  });
  isRunning = false;
  await asking;
  expect([isPublished, failures]).toEqual([true, []]);
  expect((await client.get('/v1/runs')).rows).toHaveLength(before.rows.length + 1);
  expect((await client.get('/v1/lifetime-values')).total).toBeGreaterThan(0);
  expect((await client.get('/v1/freshness')).isStale).toBe(false);
});

it('without a warehouse the process is up and not ready', async () => {
  fs.renameSync(path.join(served.folder, 'warehouse.duckdb'), path.join(served.folder, 'away.duckdb'));
  expect((await fetch(`${served.url}/health`)).status).toBe(200);
  for (const address of ['/ready', '/v1/freshness', '/v1/customers/x/features/churn']) {
    const response = await fetch(served.url + address);
    expect([address, response.status]).toEqual([address, 503]);
    expect(await response.text()).not.toContain(served.folder);
  }
  fs.renameSync(path.join(served.folder, 'away.duckdb'), path.join(served.folder, 'warehouse.duckdb'));
  const ready = await fetch(`${served.url}/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'ready', asOf: '2026-03-14', builtAt: expect.any(String), isStale: false },
  ]);
});
