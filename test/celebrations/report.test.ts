import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchCelebrationReport } from '../../src/celebrations/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { addDefinition, addMilestone, type MilestoneRow, openMemoryState } from './workbench.ts';

const CUSTOMERS = `
  create table int_customer_profiles as
    select * from (values ('a', 'm1', 'Omar'), ('b', 'm1', 'Omar'), ('c', 'm2', null), ('d', null, null))
      as profiles(customer_id, csm_id, csm_name);
  create table stg_survey_responses (
    response_id text, customer_id text, survey_type text, responded_at timestamptz, score double
  )`;

/** [customer, when, answer]; the first celebrations are a: 5 January, b: 9 February, c: 25 March. */
const BEFORE = [
  ['a', '2025-12-01 10:00:00+00', 7],
  ['a', '2025-10-07 11:00:00+00', 8],
  ['b', '2026-01-20 10:00:00+00', 6],
  ['b', '2026-02-08 23:59:59+00', 9],
  ['c', '2026-03-24 10:00:00+00', 7],
] as const;
const AFTER = [
  ['a', '2026-01-06 10:00:00+00', 9],
  ['a', '2026-02-20 10:00:00+00', 8],
  ['b', '2026-03-01 10:00:00+00', 10],
  ['b', '2026-03-30 10:00:00+00', 9],
  ['c', '2026-03-31 23:00:00+00', 9],
] as const;
const ELSEWHERE = [
  // More than 90 days away, after as_of, of nobody who was celebrated, not answered.
  ['a', '2025-10-07 09:59:59+00', 0],
  ['c', '2026-04-01 00:00:00+00', 0],
  ['d', '2026-02-01 10:00:00+00', 0],
  ['a', '2026-02-01 10:00:00+00', null],
] as const;

/** Each milestone with what becomes of it on 31 March 2026. */
const MILESTONES: readonly MilestoneRow[] = [
  // In time; the second in the last second.
  {
    customer: 'a',
    definition: 'calls',
    detectedAt: '2026-01-01T10:00:00Z',
    celebratedAt: '2026-01-05T10:00:00Z',
  },
  {
    customer: 'a',
    definition: 'calls',
    occurrence: '2',
    detectedAt: '2026-01-10T00:00:00Z',
    celebratedAt: '2026-02-09T00:00:00Z',
  },
  // A second too late; never.
  {
    customer: 'b',
    type: 'time',
    definition: 'year',
    detectedAt: '2026-01-10T00:00:00Z',
    celebratedAt: '2026-02-09T00:00:01Z',
  },
  { customer: 'b', type: 'time', definition: 'year', occurrence: '2', detectedAt: '2026-02-01T10:00:00Z' },
  // Both have time left; the first counts, since it is done.
  {
    customer: 'c',
    definition: 'calls',
    detectedAt: '2026-03-20T10:00:00Z',
    celebratedAt: '2026-03-25T10:00:00Z',
  },
  { customer: 'c', definition: 'calls', occurrence: '2', detectedAt: '2026-03-20T10:00:00Z' },
  // Not looked at: historical, revoked, not significant, before the range, after as_of.
  { customer: 'c', definition: 'calls', occurrence: '3', isHistorical: true },
  { customer: 'c', definition: 'calls', occurrence: '4', revokedReason: 'a slip' },
  { customer: 'c', definition: 'minor' },
  { customer: 'd', type: 'custom', definition: 'own', occurrence: '0', detectedAt: '2025-03-31T23:00:00Z' },
  { customer: 'a', definition: 'calls', occurrence: '5', detectedAt: '2026-04-01T00:00:00Z' },
  // Skipped; celebrated after as_of; its 30 days end with the last second of as_of.
  { customer: 'd', type: 'time', definition: 'year', detectedAt: '2026-01-15T10:00:00Z' },
  {
    customer: 'd',
    type: 'custom',
    definition: 'own',
    detectedAt: '2026-03-25T10:00:00Z',
    celebratedAt: '2026-04-01T00:00:00Z',
  },
  { customer: 'd', type: 'custom', definition: 'own', occurrence: '2', detectedAt: '2026-03-01T23:59:59Z' },
];

describe('the report, against numbers counted by hand', () => {
  let state: Engine;
  let warehouse: Engine;
  const fetchReport = (options: object = {}) =>
    fetchCelebrationReport({ state, warehouse }, { asOf: '2026-03-31', ...options });

  beforeAll(async () => {
    state = await openMemoryState();
    for (const name of ['calls', 'own'])
      await addDefinition(state, { name, type: name === 'own' ? 'custom' : 'usage' });
    await addDefinition(state, { name: 'year', type: 'time', priority: 80 });
    await addDefinition(state, { name: 'minor', priority: 49 });
    for (const milestone of MILESTONES) await addMilestone(state, milestone);
    await state.execute(
      `insert into celebrations (milestone_id, customer_id, state, version, revision, suggested_at, skipped_at, skipped_reason)
       select id, customer_id, 'skipped', 2, 0, detected_at, detected_at, 'no' from customer_milestones
       where customer_id = 'd' and milestone_type = 'time'`,
    );
    warehouse = await openDuckdb({ path: ':memory:' });
    await warehouse.execute(CUSTOMERS);
    for (const [index, [customer, at, score]] of [...BEFORE, ...AFTER, ...ELSEWHERE].entries()) {
      await warehouse.execute(
        `insert into stg_survey_responses values ('r' || $1, $2, 'nps', cast($3 as timestamptz), $4), ('s' || $1, $2, 'csat', cast($3 as timestamptz), 1)`,
        [String(index), customer, at, score],
      );
    }
  });
  afterAll(() => Promise.all([state.close(), warehouse.close()]));

  it('counts what is over or done, and keeps the rest apart', async () => {
    expect(await fetchReport()).toMatchObject({
      asOf: '2026-03-31',
      from: '2025-04-01',
      n: 7,
      celebrated: 3,
      share: 3 / 7,
      // (3 + z²/2 ± z √(3 · 4/7 + z²/4)) / (7 + z²)
      interval: { low: expect.closeTo(0.15822, 5), high: expect.closeTo(0.74954, 5) },
      late: 1,
      skipped: 1,
      stillOpen: 2,
      matured: { n: 6, celebrated: 2, share: 1 / 3 },
      goal: 0.8,
      verdict: 'missed',
    });
  });

  it('says it by type and by owner', async () => {
    const { byType, byOwner } = await fetchReport();
    const shorten = (rows: typeof byType) =>
      rows.map(({ key, label, n, celebrated, stillOpen }) => [key, label, celebrated, n, stillOpen]);
    expect(shorten(byType)).toEqual([
      ['custom', 'custom', 0, 1, 1],
      ['time', 'time', 0, 3, 0],
      ['usage', 'usage', 3, 3, 1],
    ]);
    expect(shorten(byOwner)).toEqual([
      ['m1', 'Omar', 2, 4, 0],
      ['m2', 'm2', 1, 1, 1],
      [null, 'nobody', 0, 2, 1],
    ]);
    expect(byType[2]).toMatchObject({ share: 1, interval: { low: expect.closeTo(0.43849, 4), high: 1 } });
  });

  it('compares what customers answered before and after', async () => {
    const { sentiment } = await fetchReport();
    // Means 7.4 and 9, variances 1.3 and 0.5: error 0.6, 6.68 degrees of freedom, t = 2.3878.
    expect(sentiment).toEqual({
      customers: 3,
      before: { n: 5, mean: 7.4 },
      after: { n: 5, mean: 9 },
      difference: expect.closeTo(1.6, 10),
      interval: { low: expect.closeTo(0.16735, 5), high: expect.closeTo(3.03265, 5) },
      verdict: 'better',
    });
    const earlier = await fetchReport({ asOf: '2026-03-30' });
    expect(earlier.sentiment).toMatchObject({
      after: { n: 4 },
      difference: null,
      interval: null,
      verdict: 'too few to tell',
    });
  });

  it('takes another threshold, and says nothing of nothing', async () => {
    expect(await fetchReport({ minimumPriority: 60 })).toMatchObject({ n: 3, celebrated: 0 });
    expect(await fetchReport({ minimumPriority: 1 })).toMatchObject({ n: 8 });
    expect(await fetchReport({ from: '2026-03-19', minimumPriority: 60 })).toMatchObject({
      n: 0,
      share: null,
      interval: null,
      verdict: 'too early to say',
      byType: [],
      sentiment: { customers: 0, before: { n: 0, mean: null }, verdict: 'too few to tell' },
    });
  });
});
