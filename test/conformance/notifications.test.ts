import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '../../src/base/index.ts';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import {
  enqueueAlerts,
  enqueueCardUpdate,
  enqueueEmail,
  listAttempts,
  listInbox,
  listNotifications,
  listSnoozes,
  markRead,
  type NotifyPorts,
  parseInteraction,
  recordInteraction,
  resolveUncertain,
  retryDead,
  writeSnooze,
} from '../../src/notify/index.ts';
import { type MailServer, openMailServer } from '../notify/mail-server.ts';
import { openSlackServer, type SlackServer } from '../notify/slack-server.ts';
import {
  buildInput,
  buildItem,
  buildMovingClock,
  countStates,
  GROWTHCORP,
  openPorts,
  runOnce,
  runSchema,
  THURSDAY,
} from '../notify/workbench.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)(
  'the outbox on PostgreSQL (install the package postgresql to run this)',
  () => {
    const server = startPostgres(binaries ?? '');
    const clock = buildMovingClock(THURSDAY);
    const writing = { ids: systemIds, clock };
    const open = () => openPostgres({ connectionString: server.connectionString });
    let engine: Engine;
    let other: Engine;
    let slack: SlackServer;
    let mail: MailServer;
    let ports: NotifyPorts;

    beforeAll(async () => {
      engine = await open();
      other = await open();
      await runSchema(engine);
      slack = await openSlackServer(clock.now);
      mail = await openMailServer();
      ports = openPorts({ slackUrl: slack.url, mailPort: mail.port });
    });
    afterAll(async () => {
      await engine.close();
      await other.close();
      await slack.close();
      await mail.close();
      server.stop();
    });
    const run = () => runOnce(engine, ports, { clock });

    it('holds each key once, and nothing of a transaction that was rolled back', async () => {
      const enqueue = () => enqueueAlerts(engine, buildInput([buildItem('a')]), writing);
      const failing = engine.transaction(async () => {
        await enqueue();
        throw new Error('not recorded');
      });
      await expect(failing).rejects.toThrow('not recorded');
      expect(await countStates(engine)).toEqual({});
      expect(await enqueue()).toMatchObject({ singly: 1 });
      expect(await enqueue()).toMatchObject({ singly: 0, known: 1 });
    });

    it('finds what arrived before its answer was lost, and renews it', async () => {
      slack.faults.set('chat.postMessage', [{ kind: 'done-dropped' }]);
      expect(await run()).toMatchObject({ retried: 1 });
      clock.pass(60);
      expect(await run()).toMatchObject({ found: 1 });
      const card = { ...GROWTHCORP, customerName: 'GrowthCorp Ltd' };
      await enqueueCardUpdate(engine, { dedupeKey: 'a', content: { kind: 'milestone', card } }, writing);
      expect(await run()).toMatchObject({ sent: 1 });
      expect(slack.channels.get('DUANA')).toMatchObject([
        { updates: 1, text: expect.stringContaining('GrowthCorp Ltd') },
      ]);
      const [row] = await listInbox(engine, { recipientId: 'ana', now: clock.now(), limit: 10 });
      expect(row).toMatchObject({ content: { card: { customerName: 'GrowthCorp Ltd' } }, state: 'sent' });
      await markRead(engine, row?.id ?? '', { clock });
      expect((await listAttempts(engine, row?.id ?? '')).map((one) => one['outcome'])).toEqual([
        'retry',
        'found',
      ]);
    });

    it('is emptied by two workers at once, each row by one of them, and one digest is made', async () => {
      clock.pass(86_400);
      const items = Array.from({ length: 25 }, (_, n) => buildItem(`item ${n}`, { worth: n }));
      await enqueueAlerts(engine, buildInput(items), writing);
      const before = slack.listKeys().length;
      const reports = await Promise.all([run(), runOnce(other, ports, { clock })]);
      await run();
      expect(reports.reduce((sum, { digests }) => sum + digests, 0)).toBe(1);
      const keys = slack.listKeys().slice(before);
      expect(keys).toHaveLength(11);
      expect(new Set(keys).size).toBe(11);
      expect(await countStates(engine)).toEqual({ sent: 13, bundled: 15 });
    });

    it('asks a person about an e-mail whose answer was lost, and retries a dead letter', async () => {
      const email = {
        to: 'cto@growthcorp.example',
        subject: 'A million',
        text: 'Well done.',
        html: '<p>Done.</p>',
      };
      const enqueue = (dedupeKey: string) =>
        enqueueEmail(engine, { dedupeKey, customerId: null, subjectId: null, email }, writing);
      mail.faults.push({ phase: 'taken', isDropped: true });
      await enqueue('email 1');
      expect(await run()).toMatchObject({ uncertain: 1 });
      const [uncertain] = await listNotifications(engine, { state: 'uncertain', limit: 1 });
      await resolveUncertain(engine, { id: uncertain?.id ?? '', decision: 'sent', by: 'ana' }, { clock });
      mail.faults.push({ phase: 'mail', code: 550 });
      await enqueue('email 2');
      expect(await run()).toMatchObject({ dead: 1 });
      const [dead] = await listNotifications(engine, { state: 'dead', limit: 1 });
      await retryDead(engine, { id: dead?.id ?? '', by: 'ana' }, { clock });
      expect(await run()).toMatchObject({ sent: 1 });
      expect(mail.mails).toHaveLength(2);
    });

    it('knows snoozes, and interactions once', async () => {
      const snooze = {
        scope: 'member',
        scopeId: 'ana',
        mode: 'delay',
        reason: 'away',
        createdBy: null,
      } as const;
      await writeSnooze(engine, { ...snooze, until: clock.now() + 86_400_000 }, writing);
      expect(await listSnoozes(engine, clock.now())).toMatchObject([{ scopeId: 'ana', reason: 'away' }]);
      expect(await listSnoozes(engine, clock.now() + 86_400_001)).toEqual([]);
      const payload = {
        type: 'block_actions',
        user: { id: 'UANA', username: 'ana' },
        actions: [{ action_id: 'milestone_email', value: 'm-1', action_ts: '1769688001.250000' }],
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const record = () => recordInteraction(engine, parseInteraction(body), { clock });
      expect([await record(), await record()]).toEqual([true, false]);
    });
  },
);
