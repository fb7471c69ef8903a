import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { DuckdbEngine } from '../../src/engines/index.ts';
import type { MilestoneDefinition } from '../../src/milestones/index.ts';
import { bringCalls, type Call, detect, fetchStanding, openSmallWarehouse } from './small-warehouse.ts';

const wording = { title: '{number} {amount}', detail: '{number}', unit: 'call', enabled: true, priority: 50 };
const DEFINITIONS: readonly MilestoneDefinition[] = [
  { type: 'usage', name: 'Calls', condition: { metric: 'api_calls', thresholds: [5, 20, 60] }, ...wording },
  { type: 'usage', name: 'Tens', condition: { metric: 'api_calls', every: 10 }, ...wording },
  { type: 'custom', name: 'Level', condition: { metric: 'daily_active_users', threshold: 4 }, ...wording },
  {
    type: 'custom',
    name: 'Held',
    condition: { metric: 'daily_active_users', threshold: 1, hold_days: 2 },
    ...wording,
  },
  {
    type: 'custom',
    name: 'Window',
    condition: { metric: 'api_calls', threshold: 15, window_days: 3 },
    ...wording,
  },
];

const LAST_DAY = 30;
const dayOf = (day: number) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);

const calls = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 40 }).map((n) => `e${n}`),
    customer: fc.integer({ min: 0, max: 2 }).map((n) => `c${n}`),
    minute: fc.integer({ min: 0, max: (LAST_DAY + 1) * 1440 - 1 }),
    quantity: fc.integer({ min: 0, max: 12 }),
  }),
  { minLength: 1, maxLength: 45 },
);

/** A load, and what happens to the detection after it. */
const loads = fc.array(
  fc.record({
    size: fc.integer({ min: 0, max: 20 }),
    days: fc.integer({ min: 0, max: 9 }),
    isCut: fc.boolean(),
    repeats: fc.integer({ min: 0, max: 2 }),
    isWhole: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** The calls as they stand in the end: the last word on each id. */
function settle(all: readonly Call[]): readonly Call[] {
  return [...new Map(all.map((call) => [call.id, call])).values()].filter(({ quantity }) => quantity > 0);
}

describe('a milestone is recorded once', () => {
  let engines: DuckdbEngine[] = [];
  const open = async (definitions = DEFINITIONS) => {
    const engine = await openSmallWarehouse(definitions);
    engines.push(engine);
    return engine;
  };
  afterEach(async () => {
    for (const engine of engines) await engine.close();
    engines = [];
  });

  it('however data is split, repeated, corrected or late, and wherever detection stops', async () => {
    await fc.assert(
      fc.asyncProperty(calls, loads, async (all, plan) => {
        const stepwise = await open();
        const told: string[] = [];
        let [last, day, place]: [string | null, number, number] = [null, 0, 0];
        const steps = [
          ...plan,
          { size: all.length, days: LAST_DAY, isCut: false, repeats: 1, isWhole: false },
        ];
        for (const step of steps) {
          day = Math.min(LAST_DAY, day + step.days);
          const asOf = dayOf(day);
          const batch = all.slice(place, place + step.size);
          place += step.size;
          await bringCalls(stepwise, batch, { asOf, last });
          const since = step.isWhole ? null : last;
          if (step.isCut) await detect(stepwise, { asOf, since, isCut: true });
          told.push(...(await detect(stepwise, { asOf, since })));
          for (let again = 0; again < step.repeats; again += 1)
            expect(await detect(stepwise, { asOf, since: null })).toEqual([]);
          last = asOf;
        }
        const once = await open();
        const asOf = dayOf(LAST_DAY);
        await bringCalls(once, settle(all), { asOf, last: null });
        await detect(once, { asOf, since: null });
        expect(await fetchStanding(stepwise)).toEqual(await fetchStanding(once));
        expect(new Set(told).size).toBe(told.length);
        await stepwise.close();
        await once.close();
        engines = [];
      }),
      { numRuns: 12 },
    );
  });

  const call = (id: string, minute: number, quantity: number): Call => ({
    id,
    customer: 'c0',
    minute,
    quantity,
  });
  const byName = async (engine: DuckdbEngine, name: string) =>
    (await fetchStanding(engine)).filter((row) => String(row['milestone_name']).startsWith(name));

  it('moves to the true moment, is revoked, and comes back, with a line for each', async () => {
    const engine = await open();
    await bringCalls(engine, [call('a', 10 * 1440, 3), call('b', 11 * 1440 + 30, 3)], {
      asOf: dayOf(12),
      last: null,
    });
    await detect(engine, { asOf: dayOf(12), since: null });
    expect(await byName(engine, '5 ')).toMatchObject([{ achieved_at: '2026-01-12T00:30:00.000Z' }]);
    const steps: readonly [Call, string | null][] = [
      [call('c', 2 * 1440, 2), '2026-01-11T00:00:00.000Z'],
      [call('a', 10 * 1440, 1), '2026-01-12T00:30:00.000Z'],
      [call('b', 11 * 1440 + 30, 1), null],
      [call('b', 11 * 1440 + 30, 9), '2026-01-12T00:30:00.000Z'],
    ];
    for (const [correction, moment] of steps) {
      await bringCalls(engine, [correction], { asOf: dayOf(12), last: dayOf(12) });
      expect(await detect(engine, { asOf: dayOf(12), since: dayOf(12) })).not.toContain(moment);
      const found = await byName(engine, '5 ');
      expect(found.map((row) => row['achieved_at'])).toEqual(moment === null ? [] : [moment]);
    }
    const changes = await engine.query(
      `select changes.change from milestone_changes as changes
       inner join customer_milestones as milestones on changes.milestone_id = milestones.id
       where milestones.milestone_name like '5 %' order by changes.rowid`,
    );
    expect(changes.map((row) => row['change'])).toEqual(['moved', 'moved', 'revoked', 'restored']);
  });

  it('tells the highest of several thresholds passed at once, and nobody of history', async () => {
    const engine = await open();
    const asOf = dayOf(25);
    await bringCalls(engine, [call('a', 5 * 1440, 4), call('b', 20 * 1440, 30)], { asOf, last: null });
    const told = await detect(engine, { asOf, since: null });
    const rows = await engine.query(
      `select milestone_name, is_historical, cast(id as text) as id from customer_milestones where milestone_value <> '4' order by 1`,
    );
    const names = rows.filter((row) => told.includes(String(row['id']))).map((row) => row['milestone_name']);
    expect(names).toEqual(['15 15 calls', '20 20 calls', '30 30 calls']);
    expect(rows.map((row) => row['milestone_name'])).toContain('5 5 calls');
    const late = await open();
    await bringCalls(late, [call('a', 5 * 1440, 40)], { asOf, last: null });
    expect(await detect(late, { asOf, since: null })).toEqual([]);
    const [count] = await late.query('select count(*) as n from customer_milestones where not is_historical');
    expect(count).toEqual({ n: 0 });
  });

  it('is of who was in the segment when the level was reached, not of who comes to it with the level', async () => {
    const segment = { plan_tier: ['enterprise'] };
    const conditions = [
      { metric: 'daily_active_users', threshold: 4 },
      { metric: 'daily_active_users', threshold: 4, hold_days: 2 },
      { metric: 'api_calls', threshold: 12, window_days: 3 },
    ];
    const engine = await open(
      conditions.map((condition, n) => ({ type: 'custom', name: `N${n}`, condition, segment, ...wording })),
    );
    const daily = [5, 6, 7, 8, 9].map((day) => call(`d${day}`, day * 1440, 4));
    await bringCalls(engine, daily.slice(0, 3), { asOf: dayOf(7), last: null });
    await detect(engine, { asOf: dayOf(7), since: null });
    await engine.execute(`update int_customer_tiers set ends_on = date '${dayOf(8)}';
      insert into int_customer_tiers select customer_id, date '${dayOf(8)}', date '2199-12-31', true, 'enterprise' from int_customers`);
    await bringCalls(engine, daily.slice(3), { asOf: dayOf(9), last: dayOf(8) });
    await detect(engine, { asOf: dayOf(9), since: dayOf(8) });
    const wentOn = await fetchStanding(engine);
    await detect(engine, { asOf: dayOf(9), since: null });
    expect([wentOn, await fetchStanding(engine)]).toEqual([[], []]);
  });

  it('refuses a second row for the same thing, whoever writes it', async () => {
    const engine = await open();
    await bringCalls(engine, [call('a', 1, 6)], { asOf: dayOf(1), last: null });
    await detect(engine, { asOf: dayOf(1), since: null });
    const copy = (id: string) =>
      engine.execute(
        `insert into customer_milestones by name (select * replace (${id} as id) from customer_milestones limit 1)`,
      );
    await expect(copy('id')).rejects.toThrow(/unique|duplicate/i);
    await expect(copy('gen_random_uuid()')).rejects.toThrow(/milestone|check/i);
  });
});
