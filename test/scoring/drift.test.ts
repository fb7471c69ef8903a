import { describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import { buildInputs, encodeColumns, type RawColumns } from '../../src/scoring/design-matrix.ts';
import { type Drift, type DriftPlan, type DriftSample, measureDrift } from '../../src/scoring/drift.ts';
import type { Predictor } from '../../src/scoring/predictors.ts';
import { hashKey } from '../../src/scoring/training-split.ts';
import { measurePsi } from '../../src/statistics/index.ts';

const PREDICTORS: readonly Predictor[] = [
  { name: 'mrr', kind: 'number' },
  { name: 'usage', kind: 'number' },
  { name: 'age', kind: 'number', isCalendarBound: true },
  { name: 'trials', kind: 'number' },
  { name: 'is_new', kind: 'boolean' },
  { name: 'tier', kind: 'category' },
];
const MONTHS = 12;
const TIERS = ['starter', 'growth', 'enterprise'];

interface Shift {
  readonly usage?: number;
  readonly age?: number;
  readonly trials?: number;
  readonly missing?: number;
  readonly newShare?: number;
  readonly tiers?: readonly string[];
}

/** Customers whose price, newness and plan never change, over a year of months. */
function buildSample(seed: number, customers: number, shift: Shift = {}) {
  const chance = buildSeededChance(seed);
  const tiers = shift.tiers ?? TIERS;
  const rows = Array.from({ length: customers }, (_, place) => ({
    customer: `s${seed}c${place}`,
    mrr: 100 + Math.floor(chance.next() * 1000),
    isNew: Number(chance.next() < (shift.newShare ?? 0.3)),
    tier: tiers[Math.floor(chance.next() * tiers.length)] as string,
  })).flatMap((customer) =>
    Array.from({ length: MONTHS }, (_, month) => ({
      ...customer,
      usage: chance.next() < (shift.missing ?? 0.05) ? Number.NaN : chance.next() * 40 + (shift.usage ?? 0),
      age: 30 * month + (shift.age ?? 0),
    })),
  );
  const columns: RawColumns = {
    rows: rows.length,
    numbers: new Map([
      ['mrr', Float64Array.from(rows, ({ mrr }) => mrr)],
      ['usage', Float64Array.from(rows, ({ usage }) => usage)],
      ['age', Float64Array.from(rows, ({ age }) => age)],
      ['trials', new Float64Array(rows.length).fill(shift.trials ?? 0)],
      ['is_new', Float64Array.from(rows, ({ isNew }) => isNew)],
    ]),
    texts: new Map([['tier', rows.map(({ tier }) => tier)]]),
  };
  return { columns, groups: Int32Array.from(rows, ({ customer }) => hashKey(customer)) };
}

const before = buildSample(1, 300);
const plan: DriftPlan = { predictors: PREDICTORS, inputs: buildInputs(PREDICTORS, before.columns) };

function encode({ columns, groups }: ReturnType<typeof buildSample>): DriftSample {
  return { frame: encodeColumns(plan.inputs, columns), groups };
}

function measureShift(shift: Shift): ReadonlyMap<string, Drift> {
  const drifts = measureDrift(plan, encode(before), encode(buildSample(2, 300, shift)));
  return new Map(drifts.map((drift) => [drift.predictor, drift]));
}

describe('drift', () => {
  it('is none between other customers of the same kind, however few', () => {
    for (const customers of [20, 60, 300])
      for (let seed = 2; seed < 22; seed += 1) {
        const [reference, current] = [buildSample(seed, customers), buildSample(100 + seed, customers)];
        const drifts = measureDrift(plan, encode(reference), encode(current));
        expect(drifts.filter(({ psi, noise }) => psi > noise)).toEqual([]);
        expect(drifts.filter(({ alarm }) => alarm !== null)).toEqual([]);
      }
  });

  it('would be found there if every month of a customer counted as a customer', () => {
    const byRows = Array.from({ length: 20 }, (_, seed) => {
      const [reference, current] = [buildSample(2 + seed, 60), buildSample(102 + seed, 60)];
      const [mrr, other] = [reference, current].map(({ columns }) => columns.numbers.get('mrr'));
      return measurePsi(mrr as Float64Array, other as Float64Array, { level: 0.999 });
    });
    const past = byRows.filter((found) => found !== null && found.psi > found.noise);
    expect(past.length).toBeGreaterThan(10);
  });

  it('is told with the way a predictor went', () => {
    const drifts = measureShift({
      usage: 15,
      newShare: 0.7,
      tiers: ['growth', 'growth', 'enterprise', 'trial'],
    });
    expect(drifts.get('usage')?.alarm).toMatch(
      /^usage moved: its median rose from 2\d\.?\d* to 3\d\.?\d* \(PSI /,
    );
    expect(drifts.get('is_new')?.alarm).toMatch(/share of true rose from 3\d\.\d % to 6\d\.\d % /);
    expect(drifts.get('tier')?.alarm).toMatch(/share of starter fell from 3\d\.\d % to 0\.0 %/);
    expect(drifts.get('mrr')?.alarm).toBeNull();
    expect([...drifts.values()].map(({ psi }) => psi)).toEqual(
      [...drifts.values()].map(({ psi }) => psi).sort((left, right) => right - left),
    );
  });

  it('sees what is missing now, and what was always the same before', () => {
    const drifts = measureShift({ missing: 0.5, trials: 3 });
    expect(drifts.get('usage')?.alarm).toMatch(/share of missing rose from \d\.\d % to (49|5\d)/);
    expect(drifts.get('trials')?.alarm).toMatch(/median rose from 0 to 3/);
  });

  it('raises no alarm for what moves with the calendar', () => {
    const age = measureShift({ age: 400 }).get('age');
    expect(age?.psi).toBeGreaterThan(1);
    expect(age).toMatchObject({ isCalendarBound: true, alarm: null, figure: 'median' });
  });
});
