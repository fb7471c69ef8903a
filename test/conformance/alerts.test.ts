import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFirings, previewRule, runAlerts, snoozeAlerts } from '../../src/alerts/index.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { buildFixedClock, systemIds } from '../../src/base/index.ts';
import { type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { buildTablePort } from '../alerts/metric-port.ts';
import { fillWarehouse, listPoints, type Point, readRule, shiftDay } from '../alerts/workbench.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const FIRST = '2026-01-01';
const AS_OF = shiftDay(FIRST, 69);
const CLOCK = buildFixedClock(`${shiftDay(AS_OF, 1)}T06:00:00Z`);

/** Values with a rhythm of a week, dents, zeros and gaps; the same on every run. */
function buildSeries(entity: string, seed: number): readonly Point[] {
  const values = Array.from({ length: 70 }, (_, day) => {
    const noise = (day * day * seed + 7 * day) % 13;
    if (noise === 5) return null;
    return noise === 3 ? 0 : 40 + 10 * (day % 7 < 5 ? 1 : -2) + noise;
  });
  return listPoints(entity, FIRST, values);
}

const POINTS = [...buildSeries('a', 3), ...buildSeries('b', 5)];
const BANDS = ['Stable', 'At Risk', 'Critical', 'Unknown'];
const STATES = POINTS.map(
  ([entity, day, value]): Point => [entity, day, BANDS[Number(value ?? 3) % 4] ?? null],
);

const RULES = [
  'for: customer, days: 2 of 4, cool_down_days: 5, when: {threshold: {operator: <, value: 45}}',
  'for: customer, when: {change: {against: previous_week, operator: <=, value: -10, unit: percent}}',
  "for: customer, when: {change: {against: previous_month, operator: '>', value: 3, unit: absolute}}",
  'for: customer, when: {change: {against: previous_year, operator: <, value: 3, unit: points}}',
  'for: customer, cool_down_days: 2, when: {out_of_band: {weeks: 6, z: 1.2}}',
  'for: company, when: {against_target: {operator: <, percent: 80}}',
];

describe.skipIf(listPostgresBinaries() === null)('alerts on PostgreSQL, as on DuckDB', () => {
  const server = startPostgres(listPostgresBinaries() ?? '');
  let postgres: Engine;
  let duckdb: Engine;
  const metrics = buildTablePort({ target: 60 });
  const states = buildTablePort({ kind: 'state' });

  beforeAll(async () => {
    postgres = await openPostgres({ connectionString: server.connectionString });
    duckdb = await openDuckdb({ path: ':memory:' });
    for (const engine of [postgres, duckdb]) {
      await fillWarehouse(engine, POINTS, AS_OF);
      await engine.execute(fs.readFileSync(path.join(PACKAGE_ROOT, 'schema', '000004-alerts.sql'), 'utf8'));
    }
  });
  afterAll(async () => {
    await postgres?.close();
    await duckdb?.close();
    server.stop();
  });

  const preview = async (engine: Engine, settings: string, port = metrics) => {
    const range = { from: shiftDay(FIRST, 30), to: shiftDay(AS_OF, 1) };
    const rule = readRule(settings, port);
    const { firings } = await previewRule(engine, rule, { metrics: port, clock: CLOCK, range });
    return firings.map(({ day, sentence }) => `${day} ${sentence}`);
  };

  it.each(RULES)('judge the rule %s', async (settings) => {
    const expected = await preview(duckdb, settings);
    expect(await preview(postgres, settings)).toEqual(expected);
    expect(expected.length > 0 || settings.includes('previous_year')).toBe(true);
  });

  it('record once, mark what later data takes back, and keep snoozes', async () => {
    const rule = readRule(RULES[0] ?? '', metrics);
    const run = async (engine: Engine, days: number) => {
      const asOf = shiftDay(FIRST, days);
      const clock = buildFixedClock(`${shiftDay(asOf, 1)}T06:00:00Z`);
      return runAlerts({ state: engine, warehouse: engine }, { rules: [rule], metrics, asOf, clock });
    };
    const seen: unknown[] = [];
    for (const engine of [postgres, duckdb]) {
      const reports = [];
      for (const days of [30, 34, 40, 40]) reports.push(await run(engine, days));
      const snooze = { rule: 'rule', until: shiftDay(FIRST, 50), by: 'maria', reason: 'Known' };
      const clock = buildFixedClock(`${shiftDay(FIRST, 41)}T06:00:00Z`);
      await snoozeAlerts(engine, snooze, { clock, ids: systemIds });
      await engine.execute('update series set value = 100 where metric_date > $1', [shiftDay(FIRST, 32)]);
      for (const days of [45, 60]) reports.push(await run(engine, days));
      const firings = await listFirings(engine);
      seen.push({
        reports: reports.map(({ told, corrected }) => [
          told.map(({ day, sentence }) => [day, sentence]),
          corrected,
        ]),
        firings: firings.map(({ receipt: _receipt, ...firing }) => firing),
      });
    }
    expect(seen[0]).toEqual(seen[1]);
    expect(JSON.stringify(seen[1])).toContain('"isOutdated":true');
  });

  it('judge what a state becomes', async () => {
    const settings = 'for: customer, cool_down_days: 1, when: {becomes: [Critical]}';
    for (const engine of [postgres, duckdb]) await fillWarehouse(engine, STATES, AS_OF);
    const expected = await preview(duckdb, settings, states);
    expect(await preview(postgres, settings, states)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });
});
