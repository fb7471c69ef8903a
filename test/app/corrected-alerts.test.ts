import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAlerts } from '../../src/alerts/index.ts';
import { buildAlertItem, correctAlertCards } from '../../src/app/alert-cards.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import {
  defaultNotifySettings,
  enqueueAlerts,
  listInbox,
  listNotifications,
} from '../../src/notify/index.ts';
import { buildTablePort } from '../alerts/metric-port.ts';
import { fillWarehouse, readRule } from '../alerts/workbench.ts';
import { openBench } from '../notify/bench.ts';
import { buildInput } from '../notify/workbench.ts';

const LOW = 'for: customer, cool_down_days: 5, when: {threshold: {operator: <, value: 40}}';
const DAY = '2026-01-28';

describe('the card of an alert that late data corrects', () => {
  // Its clock says Thursday: the alert is about the day before.
  const bench = openBench({ slack: true, mail: false });
  const { clock, writing } = bench;
  let warehouse: DuckdbEngine;
  beforeEach(async () => {
    warehouse = await openDuckdb({ path: ':memory:' });
  });
  afterEach(() => warehouse.close());

  /** Judges the rule by a value of the day, as a build does. */
  async function judge(value: number | null, settings = defaultNotifySettings) {
    await fillWarehouse(warehouse, value === null ? [] : [['growthcorp', DAY, value]], DAY);
    const metrics = buildTablePort();
    return runAlerts(
      { state: bench.engine, warehouse },
      {
        rules: [readRule(LOW, metrics)],
        metrics,
        asOf: DAY,
        clock: buildFixedClock('2026-01-29T06:00:00Z'),
        announce: async (firings) => {
          const items = firings.map((firing) => buildAlertItem(firing, { csmId: 'ana', mrr: 100 }));
          await enqueueAlerts(bench.engine, buildInput(items, settings), writing);
        },
        correct: (corrections) => correctAlertCards(bench.engine, corrections, writing),
      },
    );
  }
  const deliver = async () => {
    clock.pass(60);
    return bench.run();
  };
  const readCards = () =>
    [...bench.slack.channels.values()]
      .flat()
      .map(({ blocks, updates }) => ({ text: JSON.stringify(blocks), updates }));

  it('says that it is taken back and why, and stands again when it holds after all', async () => {
    expect((await judge(34)).told).toHaveLength(1);
    await deliver();
    expect(readCards()).toEqual([{ text: expect.stringContaining(':warning: Alert: Rule'), updates: 0 }]);
    expect((await judge(45)).corrected).toBe(1);
    await deliver();
    const [taken] = readCards();
    expect(taken?.text).toContain(':leftwards_arrow_with_hook: Taken back: Rule');
    expect(taken?.text).toContain('By data that came later the value is 45: it would not have fired.');
    expect((await judge(45)).corrected).toBe(0);
    expect((await judge(33)).corrected).toBe(1);
    await deliver();
    const [standing] = readCards();
    expect(standing).toMatchObject({ text: expect.stringContaining(':warning: Alert: Rule'), updates: 2 });
    expect(standing?.text).not.toContain('data that came later');
    // One message all along, and renewals of it.
    expect(
      (await listNotifications(bench.engine, { kind: 'alert', limit: 9 })).map((row) => row.state),
    ).toEqual(['sent']);
    const renewals = await listNotifications(bench.engine, { kind: 'card_update', limit: 9 });
    expect(renewals.map((row) => [row.state, row.line])).toEqual(
      [0, 1].map(() => ['sent', expect.stringMatching(/^Renewed: .* is 34/)]),
    );
  });

  it('says so in the inbox too, where there is no value any more', async () => {
    await judge(34);
    await judge(null);
    const [row] = await listInbox(bench.engine, { recipientId: 'ana', now: clock.now(), limit: 9 });
    expect(row?.content).toMatchObject({ card: { outdated: { value: null } } });
  });

  it.each([
    ['singly', 10],
    ['in a digest', 0],
  ])('is never sent %s when it was taken back before', async (_, budget) => {
    await judge(34, { ...defaultNotifySettings, daily_budget: budget });
    await judge(45);
    await deliver();
    expect(readCards()).toEqual([]);
    const [row] = await listNotifications(bench.engine, { kind: 'alert', limit: 9 });
    expect(row).toMatchObject({
      state: 'cancelled',
      stateReason: expect.stringContaining('taken back before it was sent: By data that came later'),
    });
  });
});
