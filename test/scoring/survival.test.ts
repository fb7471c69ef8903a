import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { fetchSurvival } from '../../src/scoring/index.ts';

/** [customer, days, churned, tier, partner, connects, score] */
type CustomerRow = readonly [string, number, number, string | null, boolean, number | null, number | null];

async function openMart(rows: readonly CustomerRow[]): Promise<Engine> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(`create table customer_survival (
    customer_id varchar, signup_date date, reference_date date, duration_days bigint, event integer,
    plan_tier varchar, is_partner boolean, integration_connects_first_30d integer, avg_adoption_score double
  )`);
  const columns = (await engine.describe('select * from customer_survival')).map(({ name }) => name);
  await engine.writeRows(
    { schema: 'main', name: 'customer_survival', columns },
    rows.map(([id, days, ...others]) => [id, '2026-01-01', '2026-03-14', days, ...others]),
  );
  return engine;
}

const FEW: readonly CustomerRow[] = [
  ['a', 10, 1, 'growth', true, 0, 1],
  ['b', 20, 0, 'growth', false, 1, 1],
  ['c', 30, 1, 'growth', true, 2, 1],
  ['d', 40, 0, 'growth', false, 3, null],
  ['e', 30, 1, 'starter', true, 4, 1],
  ['f', 60, 1, 'starter', false, null, 1],
  ['g', 90, 0, null, false, 5, 1],
];

describe('survival of few customers, by hand', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openMart(FEW);
  });
  afterAll(() => engine.close());

  it('of all of them', async () => {
    const report = await fetchSurvival(engine);
    expect(report).toMatchObject({
      asOf: '2026-03-14',
      customers: 7,
      churned: 4,
      by: null,
      horizon: 90,
      cox: null,
    });
    expect(report.groups[0]?.steps.map(({ survival }) => survival)).toEqual(
      [6 / 7, 6 / 7, 18 / 35, 18 / 35, 9 / 35, 9 / 35].map((share) => expect.closeTo(share, 12)),
    );
    expect(report.groups[0]?.median).toMatchObject({ time: 60 });
    expect(report.notes).toEqual([]);
    expect(report.logRank).toBeNull();
  });

  it('group by group, those without a value last', async () => {
    const { groups, horizon, logRank } = await fetchSurvival(engine, { by: 'plan_tier' });
    expect(groups.map(({ value, customers, churned }) => [value, customers, churned])).toEqual([
      ['growth', 4, 2],
      ['starter', 2, 2],
      [null, 1, 0],
    ]);
    expect(horizon).toBe(40);
    expect(groups[0]?.restrictedMean.mean).toBeCloseTo(10 + 0.75 * 20 + 0.375 * 10, 12);
    expect(groups[1]?.points.map(({ day, survival, atRisk }) => [day, survival, atRisk])).toEqual([
      [7, 1, 2],
      [14, 1, 2],
      [21, 1, 2],
      [28, 1, 2],
      [35, 0.5, 1],
    ]);
    expect(logRank?.observed).toEqual([2, 2, 0]);
    expect(logRank?.degrees).toBe(2);
  });

  it('a horizon nobody was seen up to is told', async () => {
    const { notes, groups } = await fetchSurvival(engine, { by: 'plan_tier', horizon: 80 });
    expect(notes).toEqual(['Nobody was seen up to day 80 in 1 groups: their mean lifetime is too long.']);
    expect(groups.map(({ restrictedMean }) => restrictedMean.isObserved)).toEqual([false, true, true]);
    expect(groups[0]?.points.at(-1)).toMatchObject({ survival: null, atRisk: 0 });
  });

  it('begins when the column is known, or where it is told to', async () => {
    const report = await fetchSurvival(engine, { by: 'integration_connects_first_30d' });
    expect([report.landmark, report.customers, report.churned]).toEqual([30, 3, 1]);
    expect(report.groups.map(({ value }) => value)).toEqual(['3', '5', null]);
    expect((await fetchSurvival(engine, { landmark: 50 })).customers).toBe(2);
    expect((await fetchSurvival(engine, { by: 'is_partner' })).groups.map(({ value }) => value)).toEqual([
      '0',
      '1',
    ]);
  });

  it('says what is in the way', async () => {
    const refuse = (request: Parameters<typeof fetchSurvival>[1], code: string, text: RegExp) =>
      expect(fetchSurvival(engine, request)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(text),
      });
    await refuse({ by: 'event' }, 'SURVIVAL_COLUMN_UNKNOWN', /no column event/);
    await refuse({ cox: ['colour'] }, 'SURVIVAL_COLUMN_UNKNOWN', /no column colour/);
    await refuse(
      { cox: ['plan_tier'] },
      'SURVIVAL_IMPOSSIBLE',
      /needs 10 churned customers, and there are 0/,
    );
    await refuse({ landmark: 90 }, 'SURVIVAL_IMPOSSIBLE', /no customer stayed longer than 90 days/);
    const [empty, none] = [await openMart([]), await openDuckdb({ path: ':memory:' })];
    await expect(fetchSurvival(empty)).rejects.toMatchObject({ code: 'SURVIVAL_IMPOSSIBLE' });
    await expect(fetchSurvival(none)).rejects.toThrow(/the warehouse has no customer_survival/);
    await Promise.all([empty.close(), none.close()]);
  });
});

describe("Cox's model of many customers", () => {
  const chance = buildSeededChance(8);
  const tiers = ['growth', 'growth', 'growth', 'growth', 'starter', 'starter', 'starter', 'free'];
  /** Starters leave twice as fast, each connected integration saves a fifth, and two of `rare` churn. */
  const customers = Array.from({ length: 900 }, (_, row): CustomerRow => {
    const tier = row % 100 === 0 ? 'rare' : (tiers[row % 8] ?? null);
    const connects = Math.floor(chance.next() * 6);
    const hazard = 0.002 * (tier === 'starter' ? 2 : 1) * 0.8 ** connects;
    const [end, limit] = [-Math.log(1 - chance.next()) / hazard, 60 + 700 * chance.next()];
    const days = tier === 'rare' ? 100 + row : Math.ceil(Math.min(end, limit));
    const churned = tier === 'rare' ? Number(row < 200) : Number(end <= limit);
    return [`c${row}`, days, churned, tier, false, connects, row % 9 === 1 ? null : chance.next()];
  });
  let engine: Engine;
  beforeAll(async () => {
    engine = await openMart(customers);
  });
  afterAll(() => engine.close());

  it('finds the hazards the customers were made with', async () => {
    const { cox, landmark, notes } = await fetchSurvival(engine, { cox: true });
    expect(landmark).toBe(30);
    const terms = Object.fromEntries(cox?.terms.map((term) => [term.name, term]) ?? []);
    expect(Object.keys(terms)).toEqual([
      'integration_connects_first_30d',
      'plan_tier starter',
      'plan_tier free',
    ]);
    const {
      integration_connects_first_30d: connects,
      'plan_tier starter': starter,
      'plan_tier free': free,
    } = terms;
    expect(connects?.hazardRatio).toBeCloseTo(0.8, 1);
    expect(connects?.p).toBeLessThan(1e-6);
    expect(starter).toMatchObject({ column: 'plan_tier', value: 'starter', reference: 'growth' });
    expect(starter?.interval.low).toBeGreaterThan(1.2);
    expect(starter?.interval.high).toBeGreaterThan(2);
    expect(free?.interval.low).toBeLessThan(1);
    expect(cox?.concordance).toBeGreaterThan(0.55);
    expect(cox?.proportionality?.p).toBeGreaterThan(0.01);
    expect(notes).toEqual(["plan_tier rare: fewer than 5 churned, left out of Cox's model."]);
  });

  it('tells what it leaves out, and what cannot foretell', async () => {
    const {
      cox,
      notes,
      customers: all,
    } = await fetchSurvival(engine, { cox: ['is_partner', 'avg_adoption_score'] });
    expect(cox?.terms.map(({ name }) => name)).toEqual(['avg_adoption_score']);
    expect(cox?.customers).toBe(800);
    expect(all).toBe(900);
    expect(notes).toEqual([
      'avg_adoption_score is as it was at the end of each lifetime: it describes who left, and foretells nothing.',
      "100 customers without avg_adoption_score are left out of Cox's model.",
      "is_partner is the same for all: it is no part of Cox's model.",
    ]);
    await expect(fetchSurvival(engine, { cox: ['is_partner'] })).rejects.toThrow(/no column is left/);
  });

  it('refuses a column with too many values for curves', async () => {
    await expect(fetchSurvival(engine, { by: 'avg_adoption_score' })).rejects.toThrow(/at most 12 groups/);
  });
});
