import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { type FeatureExtractor, openFeatureExtractor } from '../../src/scoring/index.ts';
import { findOutcome } from '../../src/scoring/predictors.ts';

const NAMES = findOutcome('churn').predictors.map(({ name }) => name);
const CUSTOMERS = ["o'neil", 'b', 'c', 'd'];
const MART = `create table mart_customer_churn_features as
  select customer_id, cast(tenure * 100.10 as decimal(18, 2)) as mrr, tenure as tenure_days,
    ${NAMES.slice(2)
      .map((name) => `null as ${name}`)
      .join(', ')}
  from (values ('o''neil', 1), ('b', 2), ('c', 3), ('d', 4)) as given (customer_id, tenure)`;

let engine: DuckdbEngine;
let features: FeatureExtractor;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(MART);
  features = await openFeatureExtractor(engine, 'churn');
});

afterEach(() => engine.close());

it('gives every caller at the same time the row of its own customer', async () => {
  const asked = [...CUSTOMERS, 'nobody', 'b', ...CUSTOMERS.toReversed()];
  const rows = await Promise.all(asked.map((customer) => features.fetch(customer)));
  expect(rows.map((row) => row?.['customer_id'])).toEqual(
    asked.map((customer) => (customer === 'nobody' ? undefined : customer)),
  );
  expect(rows[4]).toBeNull();
  expect(rows[0]).toEqual({
    ...Object.fromEntries(NAMES.map((name) => [name, null])),
    customer_id: "o'neil",
    mrr: '100.10',
    tenure_days: 1,
  });
});

it('takes any text for an id, and lets none of them spoil the answer of another', async () => {
  const odd = ["x') or true --", 'b\0', "'", '\\', '', "d'; drop table mart_customer_churn_features; --"];
  const rows = await Promise.all([...odd, 'b'].map((customer) => features.fetch(customer)));
  expect(rows.slice(0, -1)).toEqual(odd.map(() => null));
  expect(rows.at(-1)).toMatchObject({ customer_id: 'b' });
  expect(await features.fetch('d')).toMatchObject({ customer_id: 'd' });
});

it('answers in one query those that come while another runs', async () => {
  const query = vi.spyOn(engine, 'query');
  const first = features.fetch('b');
  await vi.waitUntil(() => query.mock.calls.length > 0);
  const others = CUSTOMERS.map((customer) => features.fetch(customer));
  await Promise.all([first, ...others]);
  expect(query).toHaveBeenCalledTimes(2);
});

it('tells an error to everyone it befell, and to nobody after them', async () => {
  await engine.execute('alter table mart_customer_churn_features rename to away');
  const calls = await Promise.allSettled(CUSTOMERS.map((customer) => features.fetch(customer)));
  expect(calls.map((call) => call.status === 'rejected' && call.reason.code)).toEqual(
    CUSTOMERS.map(() => 'QUERY_FAILED'),
  );
  await engine.execute('alter table away rename to mart_customer_churn_features');
  expect(await features.fetch('d')).toMatchObject({ customer_id: 'd' });
});

it('answers at its close those that wait, and nobody after', async () => {
  const calls = CUSTOMERS.map((customer) => features.fetch(customer));
  await features.close();
  await expect(features.fetch('b')).rejects.toThrow(/the look-up of features is closed/);
  await engine.close();
  expect((await Promise.all(calls)).map((row) => row?.['customer_id'])).toEqual(CUSTOMERS);
});

it('does not open on a warehouse without its mart', async () => {
  await expect(openFeatureExtractor(engine, 'expansion')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
  await expect(openFeatureExtractor(engine, 'renewal')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
});
