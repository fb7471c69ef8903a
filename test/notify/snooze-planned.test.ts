import { describe, expect, it } from 'vitest';
import {
  defaultNotifySettings,
  dropPlannedAlerts,
  enqueueAlerts,
  enqueueEmail,
  listNotifications,
  type NotifySettings,
  type Snooze,
  snoozePlanned,
  writeSnooze,
} from '../../src/notify/index.ts';
import { openBench } from './bench.ts';
import { ANA, buildInput, buildItem, MAX } from './workbench.ts';

describe('a snooze made after planning, before delivery', () => {
  const bench = openBench({ slack: false, mail: false });
  const { clock, writing } = bench;

  const plan = (settings: NotifySettings = defaultNotifySettings) =>
    enqueueAlerts(
      bench.engine,
      buildInput([buildItem('a'), buildItem('b', { customerId: 'other' })], settings),
      writing,
    );
  const snooze = async (change: Partial<Snooze>) => {
    // Saturday night: the first working hour after is on Monday.
    const until = Date.parse('2026-01-31T23:00:00Z');
    const own = {
      scope: 'customer',
      scopeId: 'growthcorp',
      mode: 'delay',
      until,
      reason: 'escalation',
    } as const;
    await writeSnooze(bench.engine, { ...own, createdBy: 'max', ...change }, writing);
    return snoozePlanned(bench.engine, { members: [ANA, MAX], settings: defaultNotifySettings, clock });
  };
  const list = async () =>
    (await listNotifications(bench.engine, { limit: 9 })).map((row) => [
      row.dedupeKey,
      row.state,
      row.nextAttemptAt.slice(0, 16),
    ]);

  it('puts off what it is about to the first working hour after, and nothing else', async () => {
    await plan();
    expect(await snooze({})).toBe(1);
    expect(await list()).toEqual([
      ['a', 'pending', '2026-02-02T09:00'],
      ['b', 'pending', '2026-01-29T12:00'],
    ]);
    const [row] = await listNotifications(bench.engine, { limit: 1 });
    expect(row?.stateReason).toContain(
      'customer growthcorp is snoozed until 2026-01-31T23:00:00.000Z: escalation',
    );
    // A shorter one, and the same again, change nothing.
    expect(await snooze({ until: Date.parse('2026-01-30T10:00:00Z') })).toBe(0);
    expect(await snooze({})).toBe(0);
  });

  it('puts off what waits for a digest to the next one', async () => {
    await plan({ ...defaultNotifySettings, delivery: 'daily' });
    expect(await snooze({ scope: 'member', scopeId: 'ana' })).toBe(2);
    expect((await list()).map(([, state, at]) => [state, at])).toEqual([
      ['held', '2026-02-02T09:00'],
      ['held', '2026-02-02T09:00'],
    ]);
  });

  it('drops what is not to be told at all', async () => {
    await plan();
    expect(await snooze({ mode: 'drop', scope: 'subject', scopeId: 'subject of b' })).toBe(1);
    expect((await list()).map(([key, state]) => [key, state])).toEqual([
      ['a', 'pending'],
      ['b', 'cancelled'],
    ]);
  });

  it('leaves alone what the worker has begun, and what a person approved', async () => {
    await plan();
    await bench.engine.execute(
      `update notifications set maybe_sent_since = created_at where dedupe_key = 'a'`,
    );
    const email = { to: 'cto@growthcorp.example', subject: 'Hi', text: 'Hi', html: '<p>Hi</p>' };
    const request = { dedupeKey: 'mail', customerId: 'growthcorp', subjectId: null, email };
    await enqueueEmail(bench.engine, request, writing);
    expect(await snooze({ mode: 'drop' })).toBe(0);
  });

  it('of alerts drops those of the rule and of the customer', async () => {
    const card = {
      title: 'Low',
      about: 'x',
      what: 'y',
      value: '1',
      rule: 'r',
      receipt: [],
      day: '2026-01-28',
    };
    const content = { kind: 'alert' as const, card };
    const items = [
      buildItem('one', { subjectId: 'rule 1', content }),
      buildItem('two', { subjectId: 'rule 1', customerId: 'other', content }),
      buildItem('three', { subjectId: 'rule 2', content }),
      buildItem('milestone', { subjectId: 'rule 1' }),
    ];
    await enqueueAlerts(bench.engine, buildInput(items), writing);
    const drop = (ruleId: string | null, customerId: string | null) =>
      dropPlannedAlerts(bench.engine, { ruleId, customerId, reason: 'snoozed' });
    expect(await drop('rule 1', 'growthcorp')).toBe(1);
    expect(await drop(null, 'growthcorp')).toBe(1);
    expect(await drop('rule 1', null)).toBe(1);
    expect((await list()).filter(([, state]) => state === 'pending').map(([key]) => key)).toEqual([
      'milestone',
    ]);
  });
});
