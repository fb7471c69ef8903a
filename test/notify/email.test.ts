import { describe, expect, it } from 'vitest';
import {
  buildEmail,
  defaultNotifySettings,
  type EmailDraft,
  enqueueAlerts,
  enqueueEmail,
  listAttempts,
  listChannels,
  listNotifications,
  openNotifyPorts,
  readNotifySecrets,
  resolveUncertain,
  retryDead,
} from '../../src/notify/index.ts';
import { openBench } from './bench.ts';
import { type MailFault, openMailServer } from './mail-server.ts';
import {
  buildInput,
  buildItem,
  buildMovingClock,
  countStates,
  GROWTHCORP,
  openPorts,
  runOnce,
  THURSDAY,
} from './workbench.ts';

const clock = buildMovingClock(THURSDAY);
const EMAIL: EmailDraft = {
  to: 'cto@growthcorp.example',
  subject: 'A million calls – congratulations',
  text: 'Dear GrowthCorp,\nwhat a number.',
  html: '<p>Dear GrowthCorp,<br>what a number.</p>',
};
const input = { ...EMAIL, from: 'Ana <ana@tenure.example>', dedupeKey: 'celebration 1', at: clock.now() };

describe('an e-mail', () => {
  it('has both parts and a Message-ID that follows from its key', async () => {
    const built = await buildEmail(input);
    const raw = built.raw.toString();
    expect(raw).toContain('Content-Type: text/plain');
    expect(raw).toContain('Content-Type: text/html');
    expect(raw).toContain(`Message-ID: ${built.messageId}`);
    expect(built.messageId).toMatch(/^<[0-9a-f]{32}@tenure\.example>$/);
    expect((await buildEmail({ ...input, at: 0 })).messageId).toBe(built.messageId);
    expect((await buildEmail({ ...input, dedupeKey: 'celebration 2' })).messageId).not.toBe(built.messageId);
    expect(raw).toContain('Date: Thu, 29 Jan 2026 12:00:00 +0000');
  });

  it.each([
    ['a line break in the subject', { subject: 'Hello\r\nBcc: all@growthcorp.example' }],
    ['a bare line feed in the subject', { subject: 'Hello\nBcc: all@growthcorp.example' }],
    ['a line break in the address', { to: 'a@b.example\r\nBcc: c@d.example' }],
    ['a line break in the sender', { from: 'Ana\r\nBcc: c@d.example <ana@tenure.example>' }],
    ['a line break in the reply address', { replyTo: 'a@b.example\n' + 'X: y' }],
    ['a separator of lines in the subject', { subject: 'Hello\u2028Bcc: x' }],
    ['two addresses', { to: 'a@b.example, c@d.example' }],
    ['an address in quotes', { to: '"a@evil.example> x"@b.example' }],
    ['no address', { to: 'nobody' }],
    ['an empty subject', { subject: ' ' }],
    ['no text', { text: '' }],
    ['no HTML', { html: ' ' }],
  ])('with %s is refused', async (_, change) => {
    await expect(buildEmail({ ...input, ...change })).rejects.toMatchObject({ code: 'EMAIL_INVALID' });
  });
});

describe('the secrets', () => {
  it('come from the environment, and what is missing is said', () => {
    const none = readNotifySecrets({ SLACK_BOT_TOKEN: ' ' });
    expect(listChannels(defaultNotifySettings, none)).toMatchObject({
      slack: false,
      email: false,
      notes: [
        expect.stringContaining('SLACK_BOT_TOKEN'),
        expect.stringContaining('SMTP_URL'),
        expect.stringContaining('inbox only'),
      ],
    });
    const all = readNotifySecrets({
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 's',
      SMTP_URL: 'smtp://localhost',
    });
    const settings = { ...defaultNotifySettings, email: { from: 'a@b.example', port: 587 } };
    expect(listChannels(settings, all)).toEqual({ slack: true, email: true, notes: [] });
    expect(listChannels(defaultNotifySettings, all).notes).toEqual([expect.stringContaining('email.from')]);
  });

  it('are in no error', async () => {
    const settings = { ...defaultNotifySettings, email: { from: 'a@b.example', port: 587 } };
    const open = (smtpUrl: string) =>
      openNotifyPorts({
        settings,
        secrets: { slackBotToken: null, slackSigningSecret: null, smtpUrl, slackApiUrl: null },
        timeoutMs: 300,
      });
    for (const url of ['http://ana:hunter2@mail.example', 'hunter2', 'smtp://ana:%hunter2@mail.example']) {
      let thrown: unknown;
      try {
        open(url);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'SMTP_URL_INVALID' });
      expect(JSON.stringify(thrown) + String(thrown) + (thrown as Error).stack).not.toContain('hunter2');
    }
  });
});

describe('sending an e-mail', () => {
  const bench = openBench({ slack: false, mail: true });
  const { clock, writing, run } = bench;

  const enqueue = (key: string) =>
    enqueueEmail(
      bench.engine,
      { dedupeKey: key, customerId: 'growthcorp', subjectId: 'm-1', email: EMAIL },
      writing,
    );

  it('brings it to the server once', async () => {
    expect(await enqueue('a')).toBe(true);
    expect(await enqueue('a')).toBe(false);
    expect(await run()).toMatchObject({ sent: 1 });
    expect(await run()).toMatchObject({ sent: 0 });
    expect(bench.mail.mails).toMatchObject([
      { from: 'success@tenure.example', to: ['cto@growthcorp.example'] },
    ]);
    const [row] = await listNotifications(bench.engine, { limit: 1 });
    expect(bench.mail.mails[0]?.raw).toContain(`Message-ID: ${row?.providerRef?.['messageId']}`);
  });

  it('refuses what could not be sent before it is in the outbox', async () => {
    const email = { ...EMAIL, subject: 'a\nb' };
    await expect(
      enqueueEmail(bench.engine, { dedupeKey: 'a', customerId: null, subjectId: null, email }, writing),
    ).rejects.toMatchObject({ code: 'EMAIL_INVALID' });
    expect(await countStates(bench.engine)).toEqual({});
  });

  it('tells of a milestone where there is no Slack, without buttons', async () => {
    const channels = { slack: false, email: true };
    await enqueueAlerts(bench.engine, { ...buildInput([buildItem('a')]), channels }, writing);
    await run();
    expect(bench.mail.mails).toMatchObject([{ to: ['ana@tenure.example'] }]);
    const raw = bench.mail.mails[0]?.raw ?? '';
    expect(raw).toContain('Milestone Achieved: 1 Million API Calls!');
    expect(raw).not.toContain('[Send Celebration Email]');
    expect(raw).not.toContain(':trophy:');
  });

  it('shows a hostile name as it is, in a part of HTML and in the subject', async () => {
    const card = { ...GROWTHCORP, customerName: '<script>alert(1)</script>\r\nBcc: all@growthcorp.example' };
    const item = buildItem('a', { content: { kind: 'milestone', card } });
    await enqueueAlerts(
      bench.engine,
      { ...buildInput([item]), channels: { slack: false, email: true } },
      writing,
    );
    expect(await run()).toMatchObject({ sent: 1 });
    const raw = bench.mail.mails[0]?.raw ?? '';
    expect(bench.mail.mails[0]?.to).toEqual(['ana@tenure.example']);
    expect(raw).not.toMatch(/^Bcc:/m);
    expect(raw.slice(raw.indexOf('text/html'))).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  const passing: readonly (readonly [string, MailFault])[] = [
    ['refused at the greeting', { phase: 'connect', code: 421 }],
    ['refused at MAIL', { phase: 'mail', code: 451 }],
    ['refused at RCPT', { phase: 'recipient', code: 450 }],
    ['refused after the message', { phase: 'message', code: 452 }],
    ['cut off at the greeting', { phase: 'connect', isDropped: true }],
    ['cut off at MAIL', { phase: 'mail', isDropped: true }],
    ['cut off at RCPT', { phase: 'recipient', isDropped: true }],
  ];
  it.each(passing)('is tried again when it was %s', async (_, fault) => {
    bench.mail.faults.push(fault);
    await enqueue('a');
    expect(await run()).toMatchObject({ retried: 1, uncertain: 0 });
    expect(bench.mail.mails).toHaveLength(0);
    clock.pass(60);
    expect(await run()).toMatchObject({ sent: 1 });
    expect(bench.mail.mails).toHaveLength(1);
  });

  it.each(['connect', 'mail', 'recipient', 'message'] as const)(
    'is given up when the server refuses it for good at %s, and can be retried',
    async (phase) => {
      bench.mail.faults.push({ phase, code: 550 });
      await enqueue('a');
      expect(await run()).toMatchObject({ dead: 1 });
      const [dead] = await listNotifications(bench.engine, { state: 'dead', limit: 1 });
      expect(dead?.lastError).toContain('not today');
      await retryDead(bench.engine, { id: dead?.id ?? '', by: 'max' }, { clock });
      expect(await run()).toMatchObject({ sent: 1 });
    },
  );

  const lost: readonly (readonly [string, MailFault, number])[] = [
    ['the connection broke before the server had taken it', { phase: 'message', isDropped: true }, 0],
    ['the connection broke after the server had taken it', { phase: 'taken', isDropped: true }, 1],
    ['the server never said whether it took it', { phase: 'taken', isSilent: true }, 1],
  ];
  it.each(lost)('leaves it to a person when %s', async (_, fault, arrived) => {
    bench.mail.faults.push(fault);
    await enqueue('a');
    const impatient = openPorts({ slackUrl: null, mailPort: bench.mail.port, timeoutMs: 700 });
    const first = await runOnce(bench.engine, 'isSilent' in fault ? impatient : bench.ports, { clock });
    expect(first).toMatchObject({ uncertain: 1, retried: 0 });
    clock.pass(86_400);
    expect(await run()).toMatchObject({ sent: 0 });
    expect(bench.mail.mails).toHaveLength(arrived);
    const [row] = await listNotifications(bench.engine, { state: 'uncertain', limit: 1 });
    const id = row?.id ?? '';
    const decision = arrived === 1 ? 'sent' : 'again';
    await resolveUncertain(bench.engine, { id, decision, by: 'ana' }, { clock });
    await run();
    expect(bench.mail.mails).toHaveLength(1);
    expect(await countStates(bench.engine)).toEqual({ sent: 1 });
    const attempts = await listAttempts(bench.engine, id);
    expect(attempts.map((one) => one['outcome'])).toContain('resolved');
    await expect(
      resolveUncertain(bench.engine, { id, decision, by: 'max' }, { clock }),
    ).rejects.toMatchObject({
      code: 'NOTIFICATION_UNKNOWN',
    });
  });

  it('of a worker that stands still is left to a person; what the worker says later is not recorded', async () => {
    await enqueue('a');
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { email } = bench.ports;
    if (email === null) throw new Error('no port');
    const slow = {
      ...email,
      send: (mail: Parameters<typeof email.send>[0]) => gate.then(() => email.send(mail)),
    };
    const other = await bench.engine.connect();
    const standing = runOnce(other, { slack: null, email: slow }, { clock });
    while ((await countStates(bench.engine))['sending'] !== 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    clock.pass(299);
    expect(await run()).toMatchObject({ sent: 0, uncertain: 0 });
    clock.pass(2);
    expect(await run()).toMatchObject({ sent: 0, uncertain: 1 });
    release();
    await standing;
    expect(bench.mail.mails).toHaveLength(1);
    expect(await countStates(bench.engine)).toEqual({ uncertain: 1 });
  });

  it('logs in where the server asks for it; a wrong password is tried again, and shown nowhere', async () => {
    const guarded = await openMailServer('hunter2');
    const open = (mailLogin: string) => openPorts({ slackUrl: null, mailPort: guarded.port, mailLogin });
    await enqueue('a');
    expect(await runOnce(bench.engine, open('ana:wrong-one'), { clock })).toMatchObject({ retried: 1 });
    const [row] = await listNotifications(bench.engine, { limit: 1 });
    expect(row?.lastError).toContain('no such login: ***');
    expect(JSON.stringify(await listAttempts(bench.engine, row?.id ?? ''))).not.toContain('wrong-one');
    clock.pass(60);
    expect(await runOnce(bench.engine, open('ana:hunter2'), { clock })).toMatchObject({ sent: 1 });
    expect(guarded.mails).toHaveLength(1);
    await guarded.close();
  });

  it('is tried again while there is no server at all', async () => {
    const nowhere = openPorts({ slackUrl: null, mailPort: 1 });
    await enqueue('a');
    expect(await runOnce(bench.engine, nowhere, { clock })).toMatchObject({ retried: 1 });
    clock.pass(60);
    expect(await run()).toMatchObject({ sent: 1 });
  });
});
