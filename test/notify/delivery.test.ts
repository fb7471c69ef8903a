import { describe, expect, it } from 'vitest';
import {
  enqueueAlerts,
  enqueueCardUpdate,
  listAttempts,
  listNotifications,
  type NotifyPorts,
  retryDead,
} from '../../src/notify/index.ts';
import { openBench } from './bench.ts';
import type { Fault } from './slack-server.ts';
import { buildInput, buildItem, countStates, GROWTHCORP, openPorts, runOnce } from './workbench.ts';

const bench = openBench({ slack: true, mail: false });
const { clock, writing, run } = bench;

const enqueue = (...keys: string[]) =>
  enqueueAlerts(bench.engine, buildInput(keys.map((key) => buildItem(key))), writing);

describe('a notification', () => {
  it('arrives in the conversation with the CSM, and is recorded with where it is', async () => {
    expect(await enqueue('a')).toEqual({ singly: 1, held: 0, cancelled: 0, known: 0 });
    expect(await run()).toMatchObject({ sent: 1, retried: 0, waiting: {} });
    expect([...bench.slack.channels.keys()]).toEqual(['DUANA']);
    expect(bench.slack.listKeys()).toEqual(['a']);
    const [row] = await listNotifications(bench.engine, { state: 'sent', limit: 10 });
    expect(row).toMatchObject({ dedupeKey: 'a', attempts: 1, route: 'CSM of the customer' });
    expect(row?.providerRef).toEqual({ channel: 'DUANA', ts: bench.slack.channels.get('DUANA')?.[0]?.ts });
    expect(await run()).toMatchObject({ sent: 0 });
    expect(bench.slack.listKeys()).toEqual(['a']);
  });

  it('that is enqueued again, before or after it was sent, adds nothing', async () => {
    await enqueue('a', 'a');
    expect(await enqueue('a')).toEqual({ singly: 0, held: 0, cancelled: 0, known: 1 });
    await run();
    await enqueue('a');
    await run();
    expect(bench.slack.listKeys()).toEqual(['a']);
  });

  it('goes with the transaction it was enqueued in', async () => {
    const failing = bench.engine.transaction(async () => {
      await enqueue('a');
      throw new Error('the milestone was not recorded');
    });
    await expect(failing).rejects.toThrow('not recorded');
    expect(await countStates(bench.engine)).toEqual({});
  });

  it('waits while its channel is not configured, and the report says so', async () => {
    await enqueue('a');
    const closed = openPorts({ slackUrl: null, mailPort: null });
    expect(await runOnce(bench.engine, closed, { clock })).toMatchObject({ sent: 0, waiting: { slack: 1 } });
    expect(await run()).toMatchObject({ sent: 1, waiting: {} });
  });
});

describe('a fault', () => {
  const faults: readonly (readonly [string, string, Fault])[] = [
    ['429', 'chat.postMessage', { kind: 'limited', seconds: 7 }],
    ['500', 'chat.postMessage', { kind: 'status', status: 500 }],
    ['503 after the message was taken', 'chat.postMessage', { kind: 'done-status', status: 503 }],
    ['a time-out', 'chat.postMessage', { kind: 'silent' }],
    ['a time-out after the message was taken', 'chat.postMessage', { kind: 'done-silent' }],
    ['a broken connection after the message was taken', 'chat.postMessage', { kind: 'done-dropped' }],
    ['internal_error', 'chat.postMessage', { kind: 'refused', error: 'internal_error' }],
    ['invalid_auth', 'chat.postMessage', { kind: 'refused', error: 'invalid_auth' }],
    ['500 of conversations.open', 'conversations.open', { kind: 'status', status: 500 }],
    ['a time-out of conversations.open', 'conversations.open', { kind: 'silent' }],
    ['429 of conversations.open', 'conversations.open', { kind: 'limited', seconds: 3 }],
  ];
  it.each(faults)('%s is tried again, and the message arrives once', async (_, method, fault) => {
    await enqueue('a');
    bench.slack.faults.set(method, [fault]);
    const impatient = openPorts({ slackUrl: bench.slack.url, mailPort: null, timeoutMs: 700 });
    const report = await runOnce(bench.engine, fault.kind.endsWith('silent') ? impatient : bench.ports, {
      clock,
    });
    expect(report.sent + report.found).toBe(0);
    // Not before its time.
    await run();
    expect(bench.slack.calls.filter((call) => call.method === method)).toHaveLength(1);
    clock.pass(60);
    expect(await run()).toMatchObject(fault.kind.startsWith('done') ? { found: 1 } : { sent: 1 });
    expect(bench.slack.listKeys()).toEqual(['a']);
    expect(await countStates(bench.engine)).toEqual({ sent: 1 });
  });

  it('is recorded without the token, whatever the answer holds', async () => {
    await enqueue('a');
    bench.slack.faults.set('chat.postMessage', [
      { kind: 'refused', error: 'Proxy: xoxb-test-token is not welcome' },
    ]);
    await run();
    const [row] = await listNotifications(bench.engine, { limit: 1 });
    expect(row?.lastError).toBe('Proxy: *** is not welcome');
  });

  it('of the search keeps the message from being sent until the search works', async () => {
    await enqueue('a');
    bench.slack.faults.set('chat.postMessage', [{ kind: 'done-dropped' }]);
    bench.slack.faults.set('conversations.history', [
      { kind: 'status', status: 500 },
      { kind: 'silent' },
      { kind: 'limited', seconds: 1 },
      { kind: 'refused', error: 'missing_scope' },
    ]);
    for (let turn = 0; turn < 5; turn += 1) {
      await run();
      clock.pass(3600);
    }
    expect(await run()).toMatchObject({ found: 1 });
    expect(bench.slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
  });

  it('finds its own message behind pages of others', async () => {
    await enqueue('a');
    bench.slack.faults.set('chat.postMessage', [{ kind: 'done-dropped' }]);
    await run();
    await enqueue('b', 'c', 'd', 'e', 'f', 'g', 'h');
    await run();
    clock.pass(60);
    expect(await run()).toMatchObject({ found: 1, sent: 0 });
    expect([...bench.slack.listKeys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });

  it('429 waits as long as Slack says, for the others of the run too', async () => {
    await enqueue('a', 'b', 'c');
    bench.slack.faults.set('chat.postMessage', [{ kind: 'limited', seconds: 120 }]);
    expect(await run()).toMatchObject({ limited: 1, sent: 0 });
    expect(bench.slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
    clock.pass(119);
    expect(await run()).toMatchObject({ sent: 2 });
    clock.pass(3);
    expect(await run()).toMatchObject({ sent: 1 });
    expect([...bench.slack.listKeys()].sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('a dead letter', () => {
  it('is one that Slack refuses for good; it is listed with the reason, and retried by hand', async () => {
    await enqueue('a');
    bench.slack.faults.set('chat.postMessage', [{ kind: 'refused', error: 'is_archived' }]);
    expect(await run()).toMatchObject({ dead: 1 });
    const [dead] = await listNotifications(bench.engine, { state: 'dead', limit: 10 });
    expect(dead?.lastError).toBe('is_archived');
    await retryDead(bench.engine, { id: dead?.id ?? '', by: 'max' }, { clock });
    expect(await run()).toMatchObject({ sent: 1 });
    await expect(retryDead(bench.engine, { id: dead?.id ?? '', by: 'max' }, { clock })).rejects.toMatchObject(
      {
        code: 'NOTIFICATION_UNKNOWN',
      },
    );
    const attempts = await listAttempts(bench.engine, dead?.id ?? '');
    expect(attempts.map((row) => row['outcome'])).toEqual(['dead', 'resolved', 'sent']);
  });

  it('is one that failed eight times, further and further apart; a message that came after all is found', async () => {
    await enqueue('a');
    bench.slack.faults.set('conversations.open', Array(8).fill({ kind: 'status', status: 500 }));
    const waits: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      await run();
      const [row] = await listNotifications(bench.engine, { limit: 1 });
      waits.push((Date.parse(row?.nextAttemptAt ?? '') - clock.now()) / 1000);
      clock.set(row?.nextAttemptAt ?? '');
    }
    expect(waits.slice(0, 7)).toEqual([37.5, 75, 150, 300, 600, 1200, 2400]);
    expect(await countStates(bench.engine)).toEqual({ dead: 1 });
    const [dead] = await listNotifications(bench.engine, { state: 'dead', limit: 1 });
    await retryDead(bench.engine, { id: dead?.id ?? '', by: 'max' }, { clock });
    expect(await run()).toMatchObject({ sent: 1 });
  });
});

describe('the renewal of a card', () => {
  const revoked = {
    kind: 'milestone',
    card: { ...GROWTHCORP, milestoneId: 'id of a', revoked: { reason: 'the data was corrected' } },
  } as const;
  const renamed = {
    kind: 'milestone',
    card: { ...GROWTHCORP, milestoneId: 'id of a', customerName: 'GrowthCorp Ltd' },
  } as const;

  it('changes the message that was sent, once, and sends no other', async () => {
    await enqueue('a');
    await run();
    expect(await enqueueCardUpdate(bench.engine, { dedupeKey: 'a', content: renamed }, writing)).toBe(true);
    expect(await enqueueCardUpdate(bench.engine, { dedupeKey: 'a', content: renamed }, writing)).toBe(false);
    expect(await run()).toMatchObject({ sent: 1 });
    const [message, ...others] = bench.slack.channels.get('DUANA') ?? [];
    expect(others).toEqual([]);
    expect(message).toMatchObject({ updates: 1 });
    expect(message?.text).toContain('GrowthCorp Ltd');
    // There and back again.
    await enqueueCardUpdate(bench.engine, { dedupeKey: 'a', content: revoked }, writing);
    await enqueueCardUpdate(bench.engine, { dedupeKey: 'a', content: renamed }, writing);
    bench.slack.faults.set('chat.update', [{ kind: 'done-dropped' }]);
    for (let turn = 0; turn < 3; turn += 1) {
      await run();
      clock.pass(120);
    }
    expect(message?.text).not.toContain('revoked');
    expect(await countStates(bench.engine)).toEqual({ sent: 4 });
  });

  it('that comes before the message was sent is what is sent', async () => {
    await enqueue('a');
    await enqueueCardUpdate(bench.engine, { dedupeKey: 'a', content: renamed }, writing);
    await run();
    clock.pass(120);
    await run();
    expect(bench.slack.channels.get('DUANA')).toMatchObject([
      { text: expect.stringContaining('GrowthCorp Ltd') },
    ]);
    expect(await countStates(bench.engine)).toEqual({ sent: 2 });
  });

  it('keeps a message from being sent that was revoked before', async () => {
    await enqueue('a');
    await enqueueCardUpdate(bench.engine, { dedupeKey: 'a', content: revoked }, writing);
    await run();
    clock.pass(120);
    await run();
    expect(bench.slack.listKeys()).toEqual([]);
    expect(await countStates(bench.engine)).toEqual({ cancelled: 2 });
  });

  it('of a message nobody knows is refused', async () => {
    await expect(
      enqueueCardUpdate(bench.engine, { dedupeKey: 'b', content: renamed }, writing),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_UNKNOWN' });
  });
});

describe('two workers at once', () => {
  it('send nothing with a lease that is nearly over: another may be at it before the answer comes', async () => {
    await enqueue('a');
    const { slack } = bench.ports;
    if (slack === null) throw new Error('no port');
    const slow: NotifyPorts = {
      email: null,
      slack: {
        ...slack,
        openConversation: (userId) => {
          clock.pass(280);
          return slack.openConversation(userId);
        },
      },
    };
    expect(await runOnce(bench.engine, slow, { clock })).toMatchObject({ limited: 1, sent: 0 });
    expect(bench.slack.listKeys()).toEqual([]);
    expect(await run()).toMatchObject({ sent: 1 });
  });

  it('do not undo each other when the first stood still and its lease passed on', async () => {
    await enqueue('a');
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { slack } = bench.ports;
    if (slack === null) throw new Error('no port');
    const slow: NotifyPorts = {
      email: null,
      slack: {
        ...slack,
        post: async (post) => {
          const outcome = await slack.post(post);
          await gate;
          return outcome;
        },
      },
    };
    const standing = runOnce(await bench.engine.connect(), slow, { clock });
    while (bench.slack.listKeys().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await run()).toMatchObject({ sent: 0, found: 0 });
    clock.pass(301);
    expect(await run()).toMatchObject({ found: 1 });
    release();
    await standing;
    expect(bench.slack.listKeys()).toEqual(['a']);
    const [row] = await listNotifications(bench.engine, { limit: 1 });
    const attempts = await listAttempts(bench.engine, row?.id ?? '');
    expect(attempts.map((one) => one['outcome'])).toEqual(['sent', 'found']);
    expect(String(attempts[0]?.['detail'])).toContain('lease');
  });

  it('send everything once', async () => {
    const keys = Array.from({ length: 10 }, (_, n) => `key ${n}`);
    const other = await bench.engine.connect();
    await enqueue(...keys);
    const reports = await Promise.all([run(), runOnce(other, bench.ports, { clock })]);
    expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(10);
    expect([...bench.slack.listKeys()].sort()).toEqual(keys);
    expect(await countStates(bench.engine)).toEqual({ sent: 10 });
  });

  it('make one digest of what is held', async () => {
    const keys = Array.from({ length: 30 }, (_, n) => `key ${n}`);
    const other = await bench.engine.connect();
    await enqueue(...keys);
    expect(await countStates(bench.engine)).toEqual({ pending: 10, held: 20 });
    await Promise.all([run(), runOnce(other, bench.ports, { clock })]);
    await run();
    expect(await countStates(bench.engine)).toEqual({ sent: 11, bundled: 20 });
    expect(bench.slack.listKeys()).toHaveLength(11);
  });
});
