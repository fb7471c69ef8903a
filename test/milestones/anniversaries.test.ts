import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { fetchMoments, writeDatedCustomers } from './dated-customers.ts';
import { GOLDEN_DATES, KNOWN_UNTIL } from './golden-anniversaries.ts';
import { detect } from './small-warehouse.ts';

const CUSTOMERS = GOLDEN_DATES.map(({ customer }) => customer);
const CASES = GOLDEN_DATES.flatMap(({ why, customer, moments }) =>
  Object.entries(moments).map(([definition, dates]) => ({ why, customer, definition, dates })),
);

describe('milestones of time', () => {
  let engine: DuckdbEngine;
  const open = async () => {
    const opened = await openDuckdb({ path: ':memory:' });
    await writeDatedCustomers(opened, CUSTOMERS);
    return opened;
  };
  beforeAll(async () => {
    engine = await open();
    await detect(engine, { asOf: KNOWN_UNTIL, since: null });
  });
  afterAll(() => engine.close());

  it.each(CASES)('$definition, $customer.id: $why', async ({ customer, definition, dates }) => {
    expect(await fetchMoments(engine, customer.id, definition)).toEqual(dates);
  });

  it('are the same when each day is looked at as it comes', async () => {
    // Around 9 and 10 March 2025, the first anniversaries of every zone; and around 28 February.
    const daily = await open();
    await daily.execute('create table int_restated_customers (customer_id text, restate_from date)');
    const days = ['2025-02-26', '2025-02-27', '2025-02-28', '2025-03-01'];
    days.push('2025-03-07', '2025-03-08', '2025-03-09', '2025-03-10', '2025-03-11');
    let last: string | null = null;
    const told: string[] = [];
    for (const asOf of days) {
      told.push(...(await detect(daily, { asOf, since: last })));
      last = asOf;
    }
    const list = async (one: DuckdbEngine) =>
      one.query(
        `select customer_id, definition_id, occurrence, achieved_at from customer_milestones
         where achieved_at < timestamptz '2025-03-12 00:00:00+00' order by all`,
      );
    expect(await list(daily)).toEqual(await list(engine));
    expect(new Set(told).size).toBe(told.length);
    await daily.close();
  });

  it('are not reached before their date has begun in the customer’s own place', async () => {
    const early = await open();
    // The last known day of UTC is 9 March 2025: it is the 10th in Kiritimati and Kathmandu, and not yet in Pago Pago.
    await detect(early, { asOf: '2025-03-09', since: null });
    const first = async (customer: string) => (await fetchMoments(early, customer, 'Anniversary'))['1'];
    expect(await Promise.all(['kiritimati', 'kathmandu', 'pago pago'].map(first))).toEqual([
      '2025-03-09T10:00Z',
      '2025-03-09T18:15Z',
      undefined,
    ]);
    await early.close();
  });
});
