import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { type MailServer, openMailServer } from '../notify/mail-server.ts';
import { buildMovingClock } from '../notify/workbench.ts';
import { type Outcome, runCommandLineIn } from './run-command-line.ts';

const clock = buildMovingClock('2026-03-16T12:00:00Z');
const example = path.join(PACKAGE_ROOT, 'examples', 'acme');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-verbs-'));
/** A milestone of each customer. */
const milestones = new Map<string, string>();
let mail: MailServer;

const run = (...words: readonly string[]): Promise<Outcome> =>
  runCommandLineIn({ cwd: folder, clock, environment: { SMTP_URL: `smtp://127.0.0.1:${mail.port}` } }, words);
const ask = async (...words: readonly string[]) => {
  const outcome = await run(...words, '--json');
  expect([outcome.code, outcome.notes]).toEqual([0, '']);
  return JSON.parse(outcome.out);
};
const readId = (customer: string) => milestones.get(customer) ?? '';

/** Drafts and approves an e-mail for a milestone, and returns the id of what waits in the outbox. */
async function approve(customer: string): Promise<string> {
  const { revision } = await ask('celebrations', 'draft', readId(customer), '--by', 'Ana');
  await ask('celebrations', 'approve', readId(customer), '--by', 'Ana', '--revision', String(revision));
  const [email] = await ask('notifications', 'list', '--state', 'pending');
  return email.id;
}

/** One company for all of it. */
beforeAll(async () => {
  mail = await openMailServer();
  writeWorkspace(folder);
  fs.copyFileSync(path.join(example, 'tenure.yml'), path.join(folder, 'tenure.yml'));
  const notify = 'email: {from: Tenure <success@tenure.example>}\n';
  fs.writeFileSync(path.join(folder, 'notify.yml'), notify);
  const tenure = openTenure({ folder, clock });
  await tenure.load({ paths: [path.join(example, 'data')] });
  await tenure.build({ exclude: ['resource_type:test'] });
  for (const row of await tenure.milestones.list())
    milestones.set(String(row['customer_id']), String(row['id']));
});
afterAll(async () => {
  await mail.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('tenure celebrations', () => {
  it('drafts, edits and approves a message, which then waits in the outbox', async () => {
    const id = readId('northwind');
    const draft = await run('celebrations', 'draft', id, '--by', 'Ana');
    expect([draft.code, draft.out]).toEqual([
      0,
      expect.stringContaining(`${id} is drafted (email, revision 1).`),
    ]);
    expect(draft.out).toContain('<ines@northwind.example>');
    const words = [
      '--subject',
      'Two years!',
      '--text',
      'Hi Ines,\nwell done.',
      '--to',
      'cto@northwind.example',
    ];
    const edited = await run('celebrations', 'edit', id, '--by', 'Ana', ...words);
    expect(edited.out).toContain('revision 2');
    expect(edited.out).toContain(
      'To: <cto@northwind.example>\nSubject: Two years!\n\nHi Ines,\nwell done.\n',
    );
    const old = await run('celebrations', 'approve', id, '--by', 'Max', '--revision', '1');
    expect([old.code, old.notes]).toEqual([2, expect.stringContaining('it is at revision 2, not 1')]);
    const approved = await run('celebrations', 'approve', id, '--by', 'Max', '--revision', '2');
    expect(approved.out).toContain('is approved (email, revision 2).');
    expect(approved.out).toContain('waits in the outbox');
    expect(await ask('celebrations', 'list')).toMatchObject([{ milestoneId: id, approvedBy: 'Max' }]);
    const delivered = await run('notifications', 'deliver');
    expect([delivered.code, delivered.out]).toEqual([0, expect.stringContaining('1 sent.')]);
    expect(mail.mails.map(({ to }) => to)).toEqual([['cto@northwind.example']]);
    expect((await run('celebrations', 'list')).out).toMatch(/northwind +sent +email +2 +Max +email/);
  });

  it('skips with a reason, once, and drafts it after all', async () => {
    const id = readId('plinth');
    const skipped = await run('celebrations', 'skip', id, '--by', 'Ana', '--reason', 'They asked us not to');
    expect([skipped.code, skipped.out]).toEqual([0, `${id} is skipped.\n`]);
    const again = await ask('celebrations', 'skip', id, '--by', 'Max', '--reason', 'Another');
    expect(again).toMatchObject({ skippedBy: 'Ana', skippedReason: 'They asked us not to' });
    expect(await ask('celebrations', 'draft', id, '--by', 'Max')).toMatchObject({ state: 'drafted' });
  });

  it('notes how it was celebrated', async () => {
    const id = readId('ferrous');
    const done = await run('celebrations', 'done', id, '--by', 'Ana', '--how', 'gift', '--note', 'a cake');
    expect([done.code, done.out]).toEqual([0, `${id} is celebrated.\n`]);
    expect(await ask('milestones', 'list', '--customer', 'ferrous', '--limit', '1')).toMatchObject([
      { celebrated: true, celebration_type: 'gift' },
    ]);
  });

  it('takes the message back that waits, when it was celebrated in another way', async () => {
    const email = await approve('plinth');
    await run(
      'celebrations',
      'done',
      readId('plinth'),
      '--by',
      'Max',
      '--how',
      'call',
      '--note',
      'called them',
    );
    expect(await ask('notifications', 'list', '--state', 'cancelled')).toContainEqual(
      expect.objectContaining({
        id: email,
        stateReason: 'Max celebrated the milestone in another way: Call',
      }),
    );
    expect((await run('notifications', 'deliver')).out).toContain('Nothing was due.');
  });

  it.each([
    [['draft', 'ID'], 'draft needs --by'],
    [['draft', 'ID', '--by', 'Ana', '--kind', 'card'], 'card is none of email, social, gift, case_study'],
    [['draft', '--by', 'Ana'], 'draft takes the id of a milestone; `tenure milestones list` shows them'],
    [['draft', 'nope', '--by', 'Ana'], 'There is no milestone nope'],
    [['edit', 'ID', '--by', 'Ana'], 'edit needs at least one of --subject, --text and --to'],
    [['edit', 'ID', '--by', 'Ana', '--text', 'Hi'], 'is celebrated; it cannot be edited from there'],
    [['approve', 'ID', '--by', 'Ana'], 'approve needs --revision'],
    [
      ['approve', 'ID', '--by', 'Ana', '--revision', 'two'],
      '--revision takes a whole number from 1 on, not two',
    ],
    [['done', 'ID', '--by', 'Ana', '--how', 'dance'], 'dance is none of email, social, gift'],
    [['skip', 'ID', '--by', 'Ana'], 'skip needs --reason'],
    [['skip', 'ID', '--by', 'Ana', '--reason', ''], 'it cannot be skipped from there'],
    [['report', 'ID'], 'tenure celebrations report does not take "'],
    [['report', '--since', 'May'], '--since takes a date such as 2026-03-14, not May'],
    [['retry', 'ID'], 'tenure celebrations takes list, draft, edit, approve, done, skip, report, candidates'],
  ])('refuses %j, and says why', async (words, problem) => {
    const [first = '', ...rest] = words.map((word) => (word === 'ID' ? readId('ferrous') : word));
    const outcome = await run('celebrations', first, ...rest);
    expect([outcome.code, outcome.out, outcome.notes]).toEqual([2, '', expect.stringContaining(problem)]);
  });
});

describe('tenure notifications', () => {
  it('sends a dead letter again, when somebody says so', async () => {
    mail.faults.push({ phase: 'mail', code: 550 });
    const id = await approve('harbor');
    expect((await run('notifications', 'deliver')).out).toContain('1 dead.');
    expect((await run('notifications', 'list', '--state', 'dead')).out).toContain(id);
    const decided = await run('notifications', 'decide', id, '--as', 'sent', '--by', 'Ana');
    expect([decided.code, decided.notes]).toEqual([
      2,
      expect.stringContaining(`There is no notification ${id} in the state uncertain: it is dead.`),
    ]);
    const retried = await run('notifications', 'retry', id, '--by', 'Ana');
    expect([retried.code, retried.out]).toEqual([0, expect.stringContaining('It goes again')]);
    const before = mail.mails.length;
    expect((await run('notifications', 'deliver')).out).toContain('1 sent.');
    expect(mail.mails).toHaveLength(before + 1);
    const twice = await run('notifications', 'retry', id, '--by', 'Max');
    expect([twice.code, twice.notes]).toEqual([2, expect.stringContaining('in the state dead: it is sent.')]);
  });

  it('asks whether an e-mail without an answer counts as sent, or goes again', async () => {
    mail.faults.push({ phase: 'taken', isDropped: true });
    const id = await approve('arbor');
    expect((await run('notifications', 'deliver')).out).toContain('1 uncertain.');
    expect((await run('celebrations', 'list')).out).toMatch(/arbor +uncertain/);
    const again = await run('notifications', 'decide', id, '--as', 'again', '--by', 'Ana');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('It goes again') });
    mail.faults.push({ phase: 'taken', isDropped: true });
    expect((await run('notifications', 'deliver')).out).toContain('1 uncertain.');
    const sent = await run('notifications', 'decide', id, '--as', 'sent', '--by', 'Ana');
    expect(sent).toMatchObject({ code: 0, out: 'It counts as sent.\n' });
    await run('notifications', 'deliver');
    expect((await run('celebrations', 'list')).out).toMatch(/arbor +sent/);
  });

  it.each([
    [['retry'], 'retry takes the id of a notification; `tenure notifications list` shows them'],
    [['retry', 'nope', '--by', 'Ana'], 'There is no notification nope in the state dead.'],
    [['retry', 'nope'], 'retry needs --by'],
    [['decide', 'nope', '--by', 'Ana'], 'decide needs --as'],
    [['decide', 'nope', '--as', 'maybe', '--by', 'Ana'], 'maybe is none of sent, again'],
    [
      ['decide', 'nope', '--as', 'sent', '--by', 'Ana'],
      'There is no notification nope in the state uncertain.',
    ],
    [['list', '--state', 'lost'], 'lost is none of pending, sending, held'],
    [['deliver', 'now'], 'tenure notifications deliver does not take "now"'],
  ])('refuses %j, and says why', async (words, problem) => {
    const outcome = await run('notifications', ...words);
    expect([outcome.code, outcome.out, outcome.notes]).toEqual([2, '', expect.stringContaining(problem)]);
  });
});

const why = ['--by', 'Ana', '--reason', 'Migration'];

describe('tenure notifications snooze', () => {
  it('keeps a customer, a person or a milestone quiet', async () => {
    const until = ['--until', '2026-04-30', ...why];
    for (const what of ['--customer', '--person', '--milestone']) {
      const outcome = await run('notifications', 'snooze', what, 'plinth', ...until);
      expect([outcome.code, outcome.out]).toEqual([0, expect.stringMatching(/^Snoozed; .* 0 follow it/)]);
    }
  });

  it.each([
    [['--customer', 'plinth', ...why], 'snooze needs --until'],
    [['--until', '2026-04-30', ...why], 'snooze takes one of --person, --customer and --milestone'],
    [['--customer', 'plinth', '--until', 'May', ...why], '--until takes a date such as 2026-03-14'],
    [['--customer', 'plinth', '--until', '2026-01-01', ...why], '2026-01-02T00:00:00Z is over'],
    [['--customer', 'plinth', '--until', '2026-04-30', '--reason', 'x'], 'snooze needs --by'],
  ])('refuses %j, and says why', async (words, problem) => {
    const outcome = await run('notifications', 'snooze', ...words);
    expect([outcome.code, outcome.out, outcome.notes]).toEqual([2, '', expect.stringContaining(problem)]);
  });
});

describe('tenure alerts snooze', () => {
  it('keeps a rule, a customer, or a rule for a customer quiet', async () => {
    const until = ['--until', '2026-04-30', ...why];
    const rule = await run('alerts', 'snooze', 'health_below_40', ...until);
    expect([rule.code, rule.out]).toEqual([0, 'health_below_40 is quiet up to 2026-04-30.\n']);
    const customer = await run('alerts', 'snooze', '--customer', 'plinth', ...until);
    expect([customer.code, customer.out]).toEqual([0, 'customer plinth is quiet up to 2026-04-30.\n']);
    const both = await ask('alerts', 'snooze', 'health_below_40', '--customer', 'plinth', ...until);
    expect(both).toMatchObject({ rule: 'health_below_40', entity: { kind: 'customer', id: 'plinth' } });
  });

  it.each([
    [['snooze', ...why], 'snooze needs --until'],
    [['snooze', '--until', '2026-04-30', ...why], 'it names neither a rule nor an entity'],
    [['snooze', 'health_below_4', '--until', '2026-04-30', ...why], 'Did you mean health_below_40?'],
    [['snooze', 'health_below_40', '--until', 'May', ...why], 'May is no date such as 2026-03-14'],
    [
      ['snooze', 'health_below_40', '--until', '2026-01-01', ...why],
      '2026-01-01 lies before today, 2026-03-16',
    ],
    [['snooze', 'health_below_40', '--until', '2026-04-30', '--by', 'Ana'], 'snooze needs --reason'],
    [['snooze', '--customer', 'nobody', '--until', '2026-04-30', ...why], 'knows no customer nobody'],
    [['list', 'health_below_4'], 'Did you mean health_below_40?'],
  ])('refuses %j, and says why', async (words, problem) => {
    const outcome = await run('alerts', ...words);
    expect([outcome.code, outcome.out, outcome.notes]).toEqual([2, '', expect.stringContaining(problem)]);
  });
});

describe('tenure milestones', () => {
  it.each([
    [['list', '--type', 'party'], 'party is none of time, usage, adoption, business, custom'],
    [['list', '--since', 'May'], '--since takes a date such as 2026-03-14, not May'],
    [['import'], 'import takes a file of definitions'],
    [['detect', 'now'], 'tenure milestones detect does not take "now"'],
  ])('refuses %j, and says why', async (words, problem) => {
    const outcome = await run('milestones', ...words);
    expect([outcome.code, outcome.out, outcome.notes]).toEqual([2, '', expect.stringContaining(problem)]);
  });
});
