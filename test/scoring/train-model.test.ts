import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import { buildInputs, encodeColumns } from '../../src/scoring/design-matrix.ts';
import { explainRows } from '../../src/scoring/explain-rows.ts';
import { findCertainValue } from '../../src/scoring/leak-alarm.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';
import type { Predictor } from '../../src/scoring/predictors.ts';
import { predictModelMargins, predictProbabilities } from '../../src/scoring/scoring-model.ts';
import { DEFAULT_LIFTS, type TrainingSet, trainModel } from '../../src/scoring/train-model.ts';
import { buildTimeSplit, hashKey } from '../../src/scoring/training-split.ts';
import { sigmoid } from '../../src/statistics/index.ts';

const PREDICTORS: readonly Predictor[] = [
  { name: 'usage', kind: 'number', direction: -1, isLogged: true },
  { name: 'score', kind: 'number' },
  { name: 'is_new', kind: 'boolean' },
  { name: 'tier', kind: 'category' },
];
const CUSTOMERS = 300;
const MONTHS = 12;

/** Customers over a year of months, whose chance to leave falls with usage; the same for a seed. */
function buildRows(seed: number, leak = false) {
  const chance = buildSeededChance(seed);
  const rows = Array.from({ length: CUSTOMERS * MONTHS }, (_, row) => {
    const usage = Math.floor(chance.next() * 50);
    const score = chance.next() < 0.1 ? Number.NaN : chance.next();
    const isNew = Number(chance.next() < 0.3);
    const tier = ['starter', 'growth', 'enterprise'][Math.floor(chance.next() * 3)] as string;
    const margin = 0.5 - 0.12 * usage + 1.2 * isNew - (tier === 'enterprise' ? 1 : 0);
    const label = Number(chance.next() < sigmoid(margin));
    const told = leak ? label + 0.2 * chance.next() : score;
    return {
      customer: `c${row % CUSTOMERS}`,
      day: 30 * Math.floor(row / CUSTOMERS),
      usage,
      score: told,
      isNew,
      tier,
      label,
    };
  });
  const columns = {
    rows: rows.length,
    numbers: new Map([
      ['usage', Float64Array.from(rows, ({ usage }) => usage)],
      ['score', Float64Array.from(rows, ({ score }) => score)],
      ['is_new', Float64Array.from(rows, ({ isNew }) => isNew)],
    ]),
    texts: new Map([['tier', rows.map(({ tier }) => tier)]]),
  };
  const inputs = buildInputs(PREDICTORS, columns);
  const set: TrainingSet = {
    inputs,
    frame: encodeColumns(inputs, columns),
    labels: Uint8Array.from(rows, ({ label }) => label),
    groups: Int32Array.from(rows, ({ customer }) => hashKey(customer)),
    dayOf: (row) => String(rows[row]?.day),
    dates: new Map([['day', Int32Array.from(rows, ({ day }) => day)]]),
    amounts: null,
  };
  const split = buildTimeSplit({ days: Int32Array.from(rows, ({ day }) => day), groups: set.groups }, 330);
  return {
    set,
    columns,
    plan: { name: 'churn', predictors: PREDICTORS, doubtful: ['score'], split, lifts: DEFAULT_LIFTS },
  };
}

const { set, columns, plan } = buildRows(3);
const trained = trainModel(set, plan);

describe('a trained model', () => {
  it('is judged on rows later than those it was fitted on', () => {
    const { card } = trained;
    expect(card.tested.rows).toBe(plan.split.test.length);
    expect(card.trained?.rows).toBe(plan.split.train.length);
    expect(card.figures.rocAuc.value).toBeGreaterThan(0.75);
    expect(card.figures.rocAuc.low).toBeLessThan(card.figures.rocAuc.value);
    expect(card.figures.rocAuc.high).toBeGreaterThan(card.figures.rocAuc.value);
    expect(card.candidates.map(({ candidate }) => candidate)).toEqual([
      'base_rate',
      'logistic',
      'trees',
      'mean',
    ]);
    expect(card.alarms).toEqual([]);
    expect(card.drift.map(({ predictor }) => predictor).sort()).toEqual(['is_new', 'score', 'tier', 'usage']);
    expect(card.drift.filter(({ alarm }) => alarm !== null)).toEqual([]);
  });

  it('is the candidate with the least log loss on the test', () => {
    const least = [...trained.card.candidates].sort((left, right) => left.logLoss - right.logLoss)[0];
    expect(trained.card.champion).toBe(least?.candidate);
  });

  it('is the same whenever it is trained on the same rows', () => {
    const again = trainModel(buildRows(3).set, buildRows(3).plan);
    expect(JSON.stringify(again)).toBe(JSON.stringify(trained));
    expect(trainModel(buildRows(4).set, buildRows(4).plan).card.version).not.toBe(trained.card.version);
  });

  it('never raises a probability with what may only lower it', () => {
    const frame = set.frame;
    const before = predictProbabilities(trained.model, frame);
    const usage = frame.names.indexOf('usage');
    const more = {
      ...frame,
      columns: frame.columns.map((column, place) =>
        place === usage ? column.map((value) => value + 7) : column,
      ),
    };
    const after = predictProbabilities(trained.model, more);
    expect(before.filter((value, row) => (after[row] as number) > value)).toHaveLength(0);
    expect(after).not.toEqual(before);
    expect(before.every((value) => value > 0 && value < 1)).toBe(true);
  });

  it('is explained by reasons that add up to its log-odds', () => {
    const margins = predictModelMargins(trained.model, set.frame);
    const explained = explainRows(trained.model, columns, () => ({ usageChange: null }));
    for (const [row, { base, reasons, logOdds }] of explained.entries()) {
      const sum = reasons.reduce((total, { contribution }) => total + contribution, base);
      expect(Math.abs(sum - (margins[row] as number))).toBeLessThan(1e-9);
      expect(Math.abs(logOdds - sum)).toBeLessThan(1e-9);
      expect(reasons).toHaveLength(PREDICTORS.length);
    }
  });

  it('is the same after it was written and read', () => {
    expect(parseModel(JSON.stringify(trained.model))).toEqual(trained.model);
  });
});

describe('the leak alarm', () => {
  const leaking = buildRows(3, true);
  const { card } = trainModel(leaking.set, leaking.plan);

  it('is raised by a predictor that holds the outcome', () => {
    expect(card.alarms.map(({ kind }) => kind)).toEqual([
      'auc_too_good',
      'one_predictor_too_good',
      'doubtful_predictors',
    ]);
    expect(card.oneRule?.predictor).toBe('score');
  });

  it('is raised where rows with the event are dated otherwise than rows without', () => {
    const { set: rows, plan: one } = buildRows(3);
    const last = Math.max(...(rows.dates.get('day') ?? []));
    const days = Int32Array.from(rows.labels, (label, row) => (label === 1 ? (row % 300) + 1 : last));
    const { card: dated } = trainModel({ ...rows, dates: new Map([['seen_on', days]]) }, one);
    expect(dated.alarms).toEqual([
      { kind: 'dated_by_outcome', text: expect.stringMatching(/^seen_on alone has an AUC of 1\.000: .*\.$/) },
    ]);
  });

  it('is raised by one value that is as good as always followed by the event, and by no weaker one', () => {
    const { set: rows } = buildRows(3);
    const events = [...rows.labels.keys()].filter((row) => rows.labels[row] === 1);
    const others = [...rows.labels.keys()].filter((row) => rows.labels[row] === 0);
    const inputs = [{ name: 'refunds', predictor: 'refunds', level: null }];
    const find = (certain: readonly number[]) => {
      const column = new Float64Array(rows.labels.length);
      for (const row of certain) column[row] = 2;
      return findCertainValue(
        inputs,
        { names: ['refunds'], columns: [column], rows: column.length },
        rows.labels,
      );
    };
    expect(find(events.slice(0, 40))).toEqual({ words: 'refunds = 2', rows: 40, events: 40 });
    expect(find(events.slice(0, 30))).toBeNull();
    expect(find([...events.slice(0, 40), ...others.slice(0, 3)])).toBeNull();
  });
});

it('says what is missing where there are too few events', () => {
  const few = { ...set, labels: new Uint8Array(set.labels.length) };
  expect(() => trainModel(few, plan)).toThrow(/churn cannot be trained: there are 0 events/);
});

describe('a model file', () => {
  const old = fs.readFileSync(
    path.join(import.meta.dirname, '..', 'fixtures', 'scoring', 'model-1.json'),
    'utf8',
  );

  it('of the first version of the format is read', () => {
    const model = parseModel(old);
    const frame = { names: ['usage'], columns: [Float64Array.of(0, 10, Number.NaN)], rows: 3 };
    expect([...predictProbabilities(model, frame)].map((value) => value.toFixed(6))).toEqual([
      '0.500000',
      '0.119203',
      '0.268941',
    ]);
  });

  it('of a later version, without its parts, or of something else is refused', () => {
    const model = JSON.parse(old) as Record<string, unknown>;
    expect(() => parseModel(JSON.stringify({ ...model, formatVersion: 2 }))).toThrow(
      /version 2 of the format/,
    );
    expect(() => parseModel('{"format":"other"}')).toThrow(/format/);
    expect(() => parseModel('no json')).toThrow(/no model that can be used/);
    expect(() => parseModel(JSON.stringify({ ...model, linear: null, trees: null }))).toThrow(
      /neither trees/,
    );
    expect(() => parseModel(JSON.stringify({ ...model, inputs: [] }))).toThrow(/0 inputs and 1 weights/);
  });
});
