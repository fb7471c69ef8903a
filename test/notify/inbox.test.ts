import { describe, expect, it } from 'vitest';
import {
  type CardContent,
  defaultNotifySettings,
  endSnooze,
  enqueueAlerts,
  enqueueCardUpdate,
  listInbox,
  listNotifications,
  listSnoozes,
  markRead,
  writeSnooze,
} from '../../src/notify/index.ts';
import { openBench } from './bench.ts';
import { buildInput, buildItem, countStates, GROWTHCORP } from './workbench.ts';

const bench = openBench({ slack: true, mail: false });
const { clock, writing, run } = bench;

const list = (recipientId: string | null = 'ana') =>
  listInbox(bench.engine, { recipientId, now: clock.now(), limit: 100 });
const many = (n: number) =>
  Array.from({ length: n }, (_, index) => buildItem(`key ${index}`, { worth: index }));
const revoked: CardContent = { kind: 'milestone', card: { ...GROWTHCORP, revoked: { reason: 'corrected' } } };

describe('the inbox', () => {
  it('holds everything somebody is told, as its latest renewal says, whatever the channel', async () => {
    await enqueueAlerts(
      bench.engine,
      buildInput([buildItem('a'), buildItem('b', { csmId: 'max' })]),
      writing,
    );
    const renamed = { ...GROWTHCORP, customerName: 'GrowthCorp Ltd' };
    await enqueueCardUpdate(
      bench.engine,
      { dedupeKey: 'a', content: { kind: 'milestone', card: renamed } },
      writing,
    );
    const [row, ...others] = await list();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      dedupeKey: 'a',
      content: { card: { customerName: 'GrowthCorp Ltd' } },
      readAt: null,
    });
    await markRead(bench.engine, row?.id ?? '', { clock });
    await run();
    expect(await list()).toMatchObject([{ readAt: '2026-01-29T12:00:00.000Z', state: 'sent' }]);
    expect(await list('max')).toHaveLength(1);
  });

  it('of everybody holds what nobody else is told', async () => {
    await enqueueAlerts(bench.engine, buildInput([buildItem('a', { csmId: null })]), writing);
    expect(await list(null)).toMatchObject([{ channel: 'inbox', state: 'sent' }]);
    expect(await list()).toEqual([]);
  });

  it('leaves out what is snoozed', async () => {
    const until = clock.now() + 86_400_000;
    const snooze = { scope: 'customer', scopeId: 'growthcorp', until, createdBy: 'ana' } as const;
    const id = await writeSnooze(bench.engine, { ...snooze, mode: 'drop', reason: 'escalation' }, writing);
    expect(await enqueueAlerts(bench.engine, buildInput([buildItem('a')]), writing)).toMatchObject({
      cancelled: 1,
    });
    expect(await list()).toEqual([]);
    const [cancelled] = await listNotifications(bench.engine, { state: 'cancelled', limit: 1 });
    expect(cancelled?.stateReason).toContain('escalation');
    expect(await endSnooze(bench.engine, id, { clock })).toBe(true);
    expect(await endSnooze(bench.engine, id, { clock })).toBe(false);
    expect(await listSnoozes(bench.engine, clock.now())).toEqual([]);
    expect(await enqueueAlerts(bench.engine, buildInput([buildItem('b')]), writing)).toMatchObject({
      singly: 1,
    });
  });
});

describe('a digest', () => {
  it('carries what is more than the budget, the most valuable first, and says so', async () => {
    expect(await enqueueAlerts(bench.engine, buildInput(many(22)), writing)).toMatchObject({
      singly: 10,
      held: 12,
    });
    expect(await run()).toMatchObject({ digests: 1, sent: 11 });
    const messages = bench.slack.channels.get('DUANA') ?? [];
    expect(messages).toHaveLength(11);
    const digest = messages.find(({ text }) => text.includes('12 more milestones'));
    const lines = JSON.stringify(digest?.blocks).match(/key \d+/g);
    expect(lines).toEqual(Array.from({ length: 12 }, (_, index) => `key ${11 - index}`));
    expect(await list()).toHaveLength(22);
    // The same again, and later the same day one more.
    await enqueueAlerts(bench.engine, buildInput(many(22)), writing);
    await enqueueAlerts(bench.engine, buildInput([buildItem('late')]), writing);
    clock.pass(3600);
    expect(await run()).toMatchObject({ digests: 0, sent: 0 });
    clock.set('2026-01-30T09:00:00Z');
    expect(await run()).toMatchObject({ digests: 0, sent: 1 });
    expect(bench.slack.listKeys()).toContain('late');
  });

  it('of somebody who wants one a day has all of that day, and nothing twice', async () => {
    const settings = { ...defaultNotifySettings, delivery: 'daily' } as const;
    await enqueueAlerts(bench.engine, buildInput([buildItem('a'), buildItem('b')], settings), writing);
    clock.pass(3600);
    await enqueueAlerts(bench.engine, buildInput([buildItem('b'), buildItem('c')], settings), writing);
    expect(await run()).toMatchObject({ digests: 0, sent: 0 });
    expect(await list()).toHaveLength(3);
    clock.set('2026-01-30T09:00:00Z');
    expect(await run()).toMatchObject({ digests: 1, sent: 1 });
    expect(bench.slack.channels.get('DUANA')).toMatchObject([{ text: ':card_index_dividers: 3 milestones' }]);
    await enqueueAlerts(bench.engine, buildInput([buildItem('c'), buildItem('d')], settings), writing);
    clock.set('2026-02-02T09:00:00Z');
    await run();
    expect(bench.slack.listKeys()).toHaveLength(2);
    expect(bench.slack.listKeys()[1]).toBe('d');
  });

  it('leaves out what was revoked meanwhile', async () => {
    const settings = { ...defaultNotifySettings, delivery: 'daily' } as const;
    await enqueueAlerts(
      bench.engine,
      buildInput([buildItem('a'), buildItem('b'), buildItem('c')], settings),
      writing,
    );
    await enqueueCardUpdate(bench.engine, { dedupeKey: 'b', content: revoked }, writing);
    clock.set('2026-01-30T09:00:00Z');
    await run();
    const [message] = bench.slack.channels.get('DUANA') ?? [];
    expect(JSON.stringify(message?.blocks)).toContain('GrowthCorp: c');
    expect(JSON.stringify(message?.blocks)).not.toContain('GrowthCorp: b');
    expect(await countStates(bench.engine)).toEqual({ sent: 1, bundled: 2, cancelled: 2 });
  });
});
