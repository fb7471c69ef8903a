import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AlertMetric,
  type AlertRule,
  evaluateAlerts,
  listFirings,
  listSnoozes,
  recordFirings,
  runAlerts,
  snoozeAlerts,
  syncRules,
} from '../../src/alerts/index.ts';
import { buildFixedClock, systemIds, TenureError } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { buildTablePort } from './metric-port.ts';
import { fillWarehouse, listPoints, openEmptyState, type Point, readRule, shiftDay } from './workbench.ts';

const LOW = 'for: customer, cool_down_days: 5, when: {threshold: {operator: <, value: 40}}';

/** The clock on the morning after a day, when the day is over. */
function morningAfter(day: string) {
  return buildFixedClock(`${shiftDay(day, 1)}T06:00:00Z`);
}

describe('a run of the alerts', () => {
  let state: Engine;
  let warehouse: Engine;
  beforeEach(async () => {
    state = await openEmptyState();
    warehouse = await openDuckdb({ path: ':memory:' });
  });
  afterEach(async () => {
    await state.close();
    await warehouse.close();
  });

  interface Day {
    readonly asOf: string;
    readonly rules?: readonly AlertRule[];
    readonly metric?: Partial<AlertMetric>;
  }

  const run = ({ asOf, rules, metric }: Day) => {
    const metrics = buildTablePort(metric);
    const clock = morningAfter(asOf);
    return runAlerts(
      { state, warehouse },
      { rules: rules ?? [readRule(LOW, metrics)], metrics, asOf, clock },
    );
  };
  const fill = (points: readonly Point[], asOf: string) => fillWarehouse(warehouse, points, asOf);
  const list = async () =>
    (await listFirings(state)).map((firing) => {
      const marks = [firing.isHistorical ? 'historical' : '', firing.isOutdated ? 'outdated' : ''];
      return [firing.day.slice(5), firing.entityId, firing.value, ...marks].join(' ').trim();
    });

  it('tells what fired, and nothing when it runs again', async () => {
    await fill(listPoints('a', '2026-01-01', [50, 34]), '2026-01-02');
    expect((await run({ asOf: '2026-01-01' })).told).toEqual([]);
    const { told, historical, waiting } = await run({ asOf: '2026-01-02' });
    expect({ historical, waiting }).toEqual({ historical: [], waiting: [] });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      rule: 'rule',
      ruleVersion: 1,
      severity: 'warning',
      entityKind: 'customer',
      entityId: 'a',
      entityName: 'A',
      customerId: 'a',
      day: '2026-01-02',
      value: 34,
      reference: 40,
      sentence: 'Figure of A is 34, under 40.',
      isHistorical: false,
      isOutdated: false,
    });
    expect((await run({ asOf: '2026-01-02' })).told).toEqual([]);
    // An earlier day, asked for later, is over.
    expect((await run({ asOf: '2026-01-01' })).told).toEqual([]);
    const [stored] = await listFirings(state, { rule: 'rule', entityKind: 'customer', entityId: 'a' });
    expect(stored).toMatchObject({ ...told[0], recordedAt: expect.any(String) });
    expect(await listFirings(state, { firstDay: '2026-01-03' })).toEqual([]);
  });

  it('adds nothing when two runs found the same, and nothing at all when the telling fails', async () => {
    await fill(listPoints('a', '2026-01-01', [50, 34]), '2026-01-02');
    const metrics = buildTablePort();
    const clock = morningAfter('2026-01-02');
    const rules = await syncRules(state, [readRule(LOW, metrics)], { clock });
    const options = { rules, metrics, asOf: '2026-01-02', clock };
    const announce = () => Promise.reject(new Error('no notification could be written'));
    await expect(runAlerts({ state, warehouse }, { ...options, announce })).rejects.toThrow(
      'no notification',
    );
    expect(await listFirings(state)).toEqual([]);
    const both = await Promise.all([
      evaluateAlerts({ state, warehouse }, options),
      evaluateAlerts({ state, warehouse }, options),
    ]);
    const recorded = [];
    for (const evaluation of both)
      recorded.push(await state.transaction(() => recordFirings(state, evaluation, { clock })));
    expect(recorded.map((firings) => firings.length)).toEqual([1, 0]);
    expect(await listFirings(state)).toHaveLength(1);
  });

  it('judges no day that is not over', async () => {
    await fill(listPoints('a', '2026-01-01', [50, 34]), '2026-01-02');
    const metrics = buildTablePort();
    const options = { rules: [readRule(LOW, metrics)], metrics, asOf: '2026-01-02' };
    const at = (time: string) =>
      runAlerts({ state, warehouse }, { ...options, clock: buildFixedClock(time) });
    expect((await at('2026-01-02T23:59:59Z')).told).toEqual([]);
    expect((await at('2026-01-03T00:00:00Z')).told).toHaveLength(1);
  });

  it('records what it missed, and tells the last three days of it', async () => {
    const days = Array.from({ length: 21 }, (_, index) => (index === 0 ? 50 : 30));
    await fill(
      [...listPoints('a', '2026-01-01', days), ...listPoints('b', '2026-01-19', [50, 20, 20])],
      '2026-01-21',
    );
    await run({ asOf: '2026-01-01' });
    const { told, historical } = await run({ asOf: '2026-01-21' });
    expect(told.map(({ entityId, day }) => `${entityId} ${day}`)).toEqual(['b 2026-01-20']);
    expect(historical.map(({ day }) => day.slice(5))).toEqual(['01-02', '01-07', '01-12', '01-17']);
    expect(await list()).toEqual([
      '01-20 b 20',
      '01-17 a 30 historical',
      '01-12 a 30 historical',
      '01-07 a 30 historical',
      '01-02 a 30 historical',
    ]);
  });

  it('starts a new rule on the last day, with whatever holds then', async () => {
    await fill(listPoints('a', '2026-01-01', [30, 30, 30, 30]), '2026-01-04');
    await run({ asOf: '2026-01-04' });
    expect(await list()).toEqual(['01-04 a 30']);
  });

  it('keeps the cool-down over days, versions and switching off', async () => {
    await fill(
      listPoints(
        'a',
        '2026-01-01',
        Array.from({ length: 12 }, () => 30),
      ),
      '2026-01-12',
    );
    await run({ asOf: '2026-01-01' });
    for (const day of [2, 3, 4, 5]) expect((await run({ asOf: `2026-01-0${day}` })).told).toEqual([]);
    const changed = readRule(LOW.replace('value: 40', 'value: 41'), buildTablePort());
    const { told } = await run({ asOf: '2026-01-06', rules: [changed] });
    expect(told.map(({ day, ruleVersion }) => [day, ruleVersion])).toEqual([['2026-01-06', 2]]);
    expect((await run({ asOf: '2026-01-11', rules: [{ ...changed, enabled: false }] })).told).toEqual([]);
    expect((await run({ asOf: '2026-01-11', rules: [] })).told).toEqual([]);
    expect((await run({ asOf: '2026-01-12', rules: [changed] })).told).toHaveLength(1);
    const [stored] = await state.query('select version, enabled, evaluated_until from alert_rules');
    expect(stored).toEqual({ version: 2, enabled: true, evaluated_until: '2026-01-12' });
  });

  it('marks a firing that later data takes back, tells it not again, and unmarks it', async () => {
    const points = (third: number | null) => listPoints('a', '2026-01-01', [50, 50, third, 50, 50]);
    await fill(points(30), '2026-01-05');
    await run({ asOf: '2026-01-02' });
    await run({ asOf: '2026-01-03' });
    await fill(points(45), '2026-01-05');
    expect(await run({ asOf: '2026-01-04' })).toMatchObject({ told: [], corrected: 1 });
    expect(await list()).toEqual(['01-03 a 30  outdated']);
    expect((await listFirings(state))[0]).toMatchObject({ correctedValue: 45, value: 30 });
    expect((await run({ asOf: '2026-01-04' })).corrected).toBe(0);
    await fill(points(null), '2026-01-05');
    await run({ asOf: '2026-01-04' });
    expect((await listFirings(state))[0]).toMatchObject({ correctedValue: null, isOutdated: true });
    await fill([], '2026-01-05');
    expect((await run({ asOf: '2026-01-04' })).corrected).toBe(0);
    await fill(points(33), '2026-01-05');
    expect(await run({ asOf: '2026-01-05' })).toMatchObject({ told: [], historical: [], corrected: 1 });
    expect(await list()).toEqual(['01-03 a 30']);
    expect((await listFirings(state))[0]).toMatchObject({ correctedValue: 33 });
  });

  it('never fires for a day that later data makes a breach, only from the next day on', async () => {
    await fill(listPoints('a', '2026-01-01', [50, 50, 50]), '2026-01-03');
    await run({ asOf: '2026-01-02' });
    await fill(listPoints('a', '2026-01-01', [50, 30, 50]), '2026-01-03');
    await run({ asOf: '2026-01-03' });
    expect(await list()).toEqual([]);
  });

  it('waits for a source that is late, and goes on from there', async () => {
    const metric = { needs: { 'raw.usage_events': 1 } };
    const points = listPoints('a', '2026-01-01', [50, 50, 30, 30]);
    const fillUntil = async (day: string) => {
      await fill(points, '2026-01-04');
      await warehouse.execute('insert into source_watermarks values ($1, $2)', ['raw.usage_events', day]);
    };
    await fillUntil('2026-01-02');
    const late = await run({ asOf: '2026-01-04', metric });
    expect(late.waiting).toEqual([
      {
        rule: 'rule',
        reason: 'raw.usage_events ends on 2026-01-02: days after 2026-01-02 are unknown',
      },
    ]);
    await fillUntil('2026-01-04');
    const { told, waiting } = await run({ asOf: '2026-01-04', metric });
    expect({ days: told.map(({ day }) => day), waiting }).toEqual({ days: ['2026-01-03'], waiting: [] });
  });

  it('says that a rule waits, and judges the others', async () => {
    await fill(listPoints('a', '2026-01-01', [30]), '2026-01-01');
    const reason = 'there is no target for test.figure: write one into targets.yml';
    const waiting = { rule: 'rule', reason };
    const targeted = readRule('for: company, when: {against_target: {operator: <}}', buildTablePort());
    expect(await run({ asOf: '2026-01-01', rules: [targeted] })).toEqual({
      told: [],
      historical: [],
      corrected: 0,
      waiting: [waiting],
    });
    expect((await run({ asOf: '2026-01-01' })).told).toHaveLength(1);
  });

  describe('that is snoozed', () => {
    const snooze = (request: Partial<Parameters<typeof snoozeAlerts>[1]>, today = '2026-01-02') =>
      snoozeAlerts(
        state,
        { until: '2026-01-04', by: 'maria', reason: 'They migrate', ...request },
        { clock: buildFixedClock(`${today}T05:00:00Z`), ids: systemIds },
      );
    const days = async () => {
      for (const day of [2, 3, 4, 5, 6]) await run({ asOf: `2026-01-0${day}` });
      return (await list()).sort();
    };
    beforeEach(async () => {
      const values = Array.from({ length: 6 }, () => 30);
      await fill(
        [...listPoints('a', '2026-01-02', values), ...listPoints('b', '2026-01-02', values)],
        '2026-01-07',
      );
      await run({ asOf: '2026-01-01' });
    });

    it.each([
      ['a rule', { rule: 'rule' }, ['01-05 a 30', '01-05 b 30']],
      ['an entity', { entity: { kind: 'customer', id: 'a' } }, ['01-02 b 30', '01-05 a 30']],
      [
        'a rule for an entity',
        { rule: 'rule', entity: { kind: 'customer', id: 'b' } },
        ['01-02 a 30', '01-05 b 30'],
      ],
      ['an entity of another kind', { entity: { kind: 'owner', id: 'a' } }, ['01-02 a 30', '01-02 b 30']],
    ])('as %s fires on the day after, if it still holds', async (_name, request, firings) => {
      await snooze(request);
      expect(await days()).toEqual(firings);
      expect(await listSnoozes(state, '2026-01-04')).toMatchObject([
        {
          rule: 'rule' in request ? 'rule' : null,
          firstDay: '2026-01-02',
          lastDay: '2026-01-04',
          by: 'maria',
        },
      ]);
      expect(await listSnoozes(state, '2026-01-05')).toEqual([]);
    });

    it('keeps nothing back of the days before', async () => {
      await snooze({ rule: 'rule', until: '2026-01-09' }, '2026-01-04');
      await run({ asOf: '2026-01-06' });
      expect(await list()).toEqual(['01-02 b 30 historical', '01-02 a 30 historical'].sort());
    });

    it.each([
      [{}, 'it names neither a rule nor an entity'],
      [{ rule: 'rule', until: '2026-02-30' }, '2026-02-30 is no date such as 2026-03-14'],
      [{ rule: 'rule', until: '2026-01-01' }, '2026-01-01 lies before today, 2026-01-02'],
      [{ rule: 'rule', reason: ' ' }, 'it says not who wants it, and why'],
      [{ rule: 'rle' }, 'There is no alert rule rle. Did you mean rule?'],
    ])('is refused for %j', async (request, problem) => {
      const error: unknown = await snooze(request).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(TenureError);
      expect(error instanceof TenureError ? `${error.message} ${error.fix}` : '').toContain(problem);
    });
  });

  it('takes hostile names as names', async () => {
    const name = "a') or true --";
    await fill(
      [
        [name, '2026-01-01', 50],
        [name, '2026-01-02', 30],
      ],
      '2026-01-02',
    );
    await run({ asOf: '2026-01-01' });
    await run({ asOf: '2026-01-02' });
    await run({ asOf: '2026-01-02' });
    expect(
      (await listFirings(state, { entityKind: 'customer', entityId: name })).map(({ entityId }) => entityId),
    ).toEqual([name]);
  });
});
