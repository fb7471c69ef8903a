import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertRule, listFirings, previewRule, runAlerts } from '../../src/alerts/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { buildTablePort } from './metric-port.ts';
import { type Figures, listExpectedFirings } from './oracle.ts';
import { fillWarehouse, openEmptyState, type Point, readRule, shiftDay } from './workbench.ts';

const START = '2024-02-10';
const DAYS = 64;
/** The rule runs on these last days; the others are there to compare with. */
const FIRST = shiftDay(START, DAYS - 20);
const LAST = shiftDay(START, DAYS - 1);
const TARGET = 6;

const operator = fc.constantFrom('<', '<=', '>', '>=');
const condition = fc.oneof(
  fc
    .tuple(operator, fc.integer({ min: 2, max: 9 }))
    .map(([sign, value]) => `threshold: {operator: '${sign}', value: ${value}}`),
  fc
    .tuple(
      fc.constantFrom('previous_week', 'previous_month', '1 day', '9 days'),
      operator,
      fc.integer({ min: -60, max: 60 }),
      fc.constantFrom('percent', 'absolute', 'points'),
    )
    .map(([against, sign, value, unit]) => {
      const size = unit === 'percent' ? value : Math.round(value / 10);
      return `change: {against: ${against}, operator: '${sign}', value: ${size}, unit: ${unit}}`;
    }),
  fc
    .tuple(fc.constantFrom('above', 'below', 'either'), fc.constantFrom(0.41, 0.97, 1.53))
    .map(([direction, z]) => `out_of_band: {weeks: 5, z: ${z}, direction: ${direction}}`),
  operator.map((sign) => `against_target: {operator: '${sign}', percent: 80}`),
);
const days = fc.constantFrom('1 of 1', '2 of 2', '2 of 3', '3 of 5', '1 of 4');
const settings = fc
  .record({ condition, days, coolDown: fc.integer({ min: 1, max: 12 }) })
  .map(
    (parts) =>
      `for: company, when: {${parts.condition}}, days: ${parts.days}, cool_down_days: ${parts.coolDown}`,
  );

/** Small whole numbers, so that all kinds of rules are met and missed; sometimes unknown, sometimes no row at all. */
const figure = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant('none' as const) },
);
const series = fc.array(figure, { minLength: DAYS, maxLength: DAYS });

/** The days on which the alerts run, the first and the last of them fixed. */
const runDays = fc
  .uniqueArray(fc.integer({ min: 1, max: 18 }), { maxLength: 18 })
  .map((steps) => [0, ...steps.toSorted((a, b) => a - b), 19].map((step) => shiftDay(FIRST, step)));

function buildPoints(values: readonly (number | null | 'none')[], entity: string): readonly Point[] {
  return values.flatMap((value, index): Point[] =>
    value === 'none' ? [] : [[entity, shiftDay(START, index), value]],
  );
}

function buildFigures(points: readonly Point[]): Figures {
  const figures = new Map<string, Map<string, number | string | null>>();
  for (const [entity, day, value] of points)
    figures.set(entity, (figures.get(entity) ?? new Map()).set(day, value));
  return figures;
}

describe('firing', () => {
  let warehouse: Engine;
  const metrics = buildTablePort({ target: TARGET });
  beforeAll(async () => {
    warehouse = await openDuckdb({ path: ':memory:' });
  });
  afterAll(() => warehouse.close());

  const preview = async (rule: AlertRule) => {
    const range = { from: FIRST, to: shiftDay(LAST, 1) };
    const clock = buildFixedClock(`${shiftDay(LAST, 1)}T00:00:00Z`);
    const { firings } = await previewRule(warehouse, rule, { metrics, clock, range });
    return firings;
  };

  const runOn = async (rule: AlertRule, asOfDays: readonly string[]) => {
    const state = await openEmptyState();
    try {
      for (const asOf of asOfDays) {
        const clock = buildFixedClock(`${shiftDay(asOf, 1)}T06:00:00Z`);
        await runAlerts({ state, warehouse }, { rules: [rule], metrics, asOf, clock });
      }
      return await listFirings(state, { limit: 1000 });
    } finally {
      await state.close();
    }
  };

  const render = (
    firings: readonly { day: string; entityId: string; value: unknown; reference: unknown }[],
  ) =>
    firings.map(({ day, entityId, value, reference }) => `${day} ${entityId} ${value} ${reference}`).sort();

  it('is what the words say, previewed at once or run on any days', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.tuple(series, series),
        runDays,
        async (text, [first, second], asOfDays) => {
          const points = [...buildPoints(first, 'a'), ...buildPoints(second, 'b')];
          await fillWarehouse(warehouse, points, LAST);
          const rule = readRule(text, metrics);
          const previewed = await preview(rule);
          const expected = listExpectedFirings({
            rule,
            figures: buildFigures(points),
            firstDay: FIRST,
            lastDay: LAST,
            target: TARGET,
          });
          expect(previewed.map(({ day, entityId }) => `${day} ${entityId}`).sort()).toEqual(expected);
          expect(render(await runOn(rule, asOfDays))).toEqual(render(previewed));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of a state is what the words say, too', async () => {
    const bands = ['Stable', 'Critical', 'At Risk', 'Unknown', null, 'none'] as const;
    const band = fc.constantFrom(...bands);
    const bandSeries = fc.array(band, { minLength: DAYS, maxLength: DAYS });
    const states = buildTablePort({ kind: 'state' });
    const rule = readRule('for: customer, when: {becomes: [Critical, At Risk]}, cool_down_days: 2', states);
    await fc.assert(
      fc.asyncProperty(bandSeries, async (values) => {
        const points = values.flatMap((value, index): Point[] =>
          value === 'none' ? [] : [['a', shiftDay(START, index), value]],
        );
        // A text stands among the values, so that they are taken as states.
        await fillWarehouse(warehouse, [...points, ['b', START, 'Stable']], LAST);
        const clock = buildFixedClock('2030-01-01T00:00:00Z');
        const range = { from: FIRST, to: shiftDay(LAST, 1) };
        const { firings } = await previewRule(warehouse, rule, { metrics: states, clock, range });
        const expected = listExpectedFirings({
          rule,
          figures: buildFigures(points),
          firstDay: FIRST,
          lastDay: LAST,
        });
        expect(firings.map(({ day, entityId }) => `${day} ${entityId}`).sort()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
