import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openServing, openTenure, PACKAGE_ROOT, type Serving, writeWorkspace } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { openCelebrations, readTemplates } from '../../src/celebrations/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { type HttpServer, openHttp } from '../../src/http/index.ts';
import {
  defaultNotifySettings,
  enqueueAlerts,
  listNotifications,
  resolveUncertain,
} from '../../src/notify/index.ts';
import { GROWTH_CORP } from '../celebrations/workbench.ts';
import { buildClick, buildSubmission, postInteraction, renderView, SECRET } from '../http/slack-client.ts';
import { type MailServer, openMailServer } from '../notify/mail-server.ts';
import { openSlackServer, type SlackServer } from '../notify/slack-server.ts';
import { ANA, buildItem, buildMovingClock, GROWTHCORP } from '../notify/workbench.ts';
import { copyAcme } from '../shared/workspaces.ts';

const clock = buildMovingClock('2026-03-19T12:00:00Z');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-serve-'));
const notes: string[] = [];
/** The milestones of the example that are celebrated here, by customer. */
const milestones = new Map<string, string>();
let slack: SlackServer;
let mail: MailServer;
let serving: Serving;
let http: HttpServer;

/** Puts a card into the outbox for each milestone, as a detection does. */
async function writeCards(ids: ReadonlyMap<string, string>): Promise<void> {
  const state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
  const items = [...ids].map(([customer, id]) =>
    buildItem(`milestone ${id}`, {
      customerId: customer,
      subjectId: id,
      content: { kind: 'milestone', card: { ...GROWTHCORP, milestoneId: id, customerName: customer } },
    }),
  );
  const channels = { slack: true, email: true };
  const input = { items, members: [ANA], settings: defaultNotifySettings, channels };
  await state.transaction(() => enqueueAlerts(state, input, { ids: systemIds, clock }));
  await state.close();
}

beforeAll(async () => {
  slack = await openSlackServer(clock.now);
  mail = await openMailServer();
  await copyAcme(folder);
  fs.writeFileSync(path.join(folder, 'notify.yml'), 'email: {from: Tenure <success@tenure.example>}\n');
  const tenure = openTenure({ folder, clock });
  for (const row of await tenure.milestones.list())
    milestones.set(String(row['customer_id']), String(row['id']));
  await writeCards(milestones);
  serving = await openServing(
    {
      folder,
      clock,
      environment: {
        SLACK_BOT_TOKEN: 'xoxb-test-token',
        SLACK_SIGNING_SECRET: SECRET,
        SLACK_API_URL: slack.url,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      },
    },
    { intervalSeconds: 1, note: (text) => void notes.push(text) },
  );
  http = await openHttp(
    { tenure: openTenure({ folder, clock, shared: serving.shared }), service: serving },
    { host: '127.0.0.1', port: 0, ids: systemIds, note: (text) => void notes.push(text) },
  );
});
afterAll(async () => {
  await http.close();
  await serving.close();
  await slack.close();
  await mail.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const readId = (customer: string) => milestones.get(customer) ?? '';
const post = (payload: unknown) => postInteraction(http.url, payload, { clock });
const listCards = () => [...slack.channels.values()].flat();
const findCard = (customer: string) => {
  const card = listCards().find((one) => one.metadata?.event_payload.dedupe_key.endsWith(readId(customer)));
  return { text: JSON.stringify(card?.blocks ?? []), updates: card?.updates ?? 0 };
};
const soon = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

/** Clicks a button and returns the modal that opened. */
async function clickThrough(action: string, customer: string, user = 'ana'): Promise<unknown> {
  clock.pass(10);
  const before = slack.views.length;
  expect((await post(buildClick(action, readId(customer), { clock, user }))).status).toBe(200);
  await soon(() => expect(slack.views.length).toBe(before + 1));
  return slack.views.at(-1);
}

async function fetchState(customer: string): Promise<readonly unknown[]> {
  const state = await serving.shared.connect();
  const [row] = await state.query(
    `select celebrations.state, milestones.celebrated, milestones.celebration_type, celebrations.celebrated_by
     from celebrations join customer_milestones as milestones on celebrations.milestone_id = milestones.id
     where celebrations.milestone_id = cast($1 as uuid)`,
    [readId(customer)],
  );
  await state.close();
  return Object.values(row ?? {});
}

describe('a celebration from the card to the customer', () => {
  it('is a card, a click, a draft, an approval, one e-mail, and a card that says who and when', async () => {
    await soon(() => expect(listCards()).toHaveLength(milestones.size));
    // A double click: the second one opens nothing.
    clock.pass(10);
    const click = buildClick('milestone_email', readId('northwind'), { clock });
    const clicks = [click, click, { ...click, trigger_id: 'again' }];
    expect((await Promise.all(clicks.map(post))).map(({ status }) => status)).toEqual([200, 200, 200]);
    await soon(() => expect(slack.views).toHaveLength(1));
    const [view] = slack.views;
    expect(renderView(view)).toContain('ines@northwind.example');

    clock.pass(60);
    const submission = buildSubmission(view, { subject: 'Two years!' }, { id: 'V-email' });
    const answers = await Promise.all([submission, submission, submission].map(post));
    expect(answers).toEqual(answers.map(() => ({ status: 200, body: '' })));
    await soon(() => expect(mail.mails).toHaveLength(1));
    expect(mail.mails[0]).toMatchObject({ to: ['ines@northwind.example'] });
    expect(mail.mails[0]?.raw).toContain('Subject: Two years!');
    await vi.waitFor(
      async () => expect(await fetchState('northwind')).toEqual(['sent', true, 'email', 'ana']),
      {
        timeout: 15_000,
      },
    );
    await soon(() =>
      expect(findCard('northwind').text).toContain('Celebration email: sent, ana, Mar 19, 2026'),
    );
    expect(findCard('northwind').text).not.toContain('milestone_email');
    expect(findCard('northwind').updates).toBeGreaterThan(0);
    // Slack sends it again, later: nothing more happens.
    clock.pass(60);
    expect(await post(submission)).toEqual({ status: 200, body: '' });
    expect(slack.views).toHaveLength(1);
  });

  it('says to the next person that it was sent', async () => {
    const view = await clickThrough('milestone_permission', 'northwind', 'max');
    expect(renderView(view)).toContain(
      'A celebration e-mail for this milestone was approved by ana and is sent',
    );
    expect(renderView(view)).toContain('a customer gets one message for a milestone');
    expect(findCard('northwind').text).not.toContain('milestone_permission');
  });

  it('says where no address is on file', async () => {
    const view = await clickThrough('milestone_email', 'ferrous');
    expect(renderView(view)).toContain('There is no address on file for ferrous');
    expect(view).toMatchObject({ callback_id: 'notice' });
  });

  it('asks for permission in the words that were approved, and refuses unfilled ones', async () => {
    const view = await clickThrough('milestone_permission', 'plinth');
    const wrong = await post(
      buildSubmission(view, { text: 'Dear {{ first_name }}' }, { id: 'V-permission' }),
    );
    expect(JSON.parse(wrong.body)).toMatchObject({
      response_action: 'errors',
      errors: { text: expect.stringContaining('unfilled') },
    });
    // The same modal, corrected.
    const right = buildSubmission(view, { text: 'May we tell others?' }, { id: 'V-permission' });
    expect(await post(right)).toEqual({ status: 200, body: '' });
    await soon(() => expect(mail.mails).toHaveLength(2));
    expect(mail.mails[1]?.raw).toContain('May we tell others?');
    await soon(() => expect(findCard('plinth').text).toContain('Social permission: sent, ana'));
  });

  it('is marked as celebrated in another way, once', async () => {
    const view = await clickThrough('milestone_celebrated', 'ferrous', 'max');
    const submission = buildSubmission(view, { how: 'gift', note: 'a cake' }, { id: 'V-way', user: 'max' });
    await Promise.all([post(submission), post(submission)]);
    expect(await fetchState('ferrous')).toEqual(['celebrated', true, 'gift', 'max']);
    await soon(() =>
      expect(findCard('ferrous').text).toContain('Celebrated: Gift (a cake), max, Mar 19, 2026'),
    );
    expect(findCard('ferrous').text).not.toContain('milestone_celebrated');
  });

  it('is not approved in words that somebody changed meanwhile', async () => {
    const view = await clickThrough('milestone_email', 'arbor');
    await clickThrough('milestone_permission', 'arbor', 'max');
    const { body } = await post(buildSubmission(view, {}, { id: 'V-old' }));
    expect(JSON.parse(body)).toMatchObject({
      errors: { text: expect.stringContaining('changed meanwhile') },
    });
    expect((await fetchState('arbor'))[0]).toBe('drafted');
  });

  it('becomes uncertain when the answer of the mail server was lost, and sent when a person says again', async () => {
    mail.faults.push({ phase: 'taken', isDropped: true });
    const view = await clickThrough('milestone_email', 'arbor');
    expect((await post(buildSubmission(view, {}, { id: 'V-lost' }))).body).toBe('');
    await soon(() => expect(findCard('arbor').text).toContain('nobody knows whether it arrived'));
    await vi.waitFor(async () => expect((await fetchState('arbor'))[0]).toBe('uncertain'), { timeout: 5000 });
    const state = await serving.shared.connect();
    const [lost] = await listNotifications(state, { state: 'uncertain', limit: 1 });
    await resolveUncertain(state, { id: lost?.id ?? '', decision: 'again', by: 'max' }, { clock });
    await state.close();
    await soon(() => expect(findCard('arbor').text).toContain('Celebration email: sent, ana'));
    await vi.waitFor(async () => expect((await fetchState('arbor'))[0]).toBe('sent'), { timeout: 5000 });
  });

  it('that was approved and then cut short is sent all the same', async () => {
    const milestoneId = readId('harbor');
    const state = await serving.shared.connect();
    const templates = readTemplates({ shipped: path.join(PACKAGE_ROOT, 'packs', 'celebrations.yml') });
    const celebrations = openCelebrations({ state, templates, clock });
    const actor = { kind: 'person' as const, name: 'max' };
    const customer = { ...GROWTH_CORP, customerId: 'harbor', contactEmail: 'omar@harbor.example' };
    const { revision } = await celebrations.draft({ milestoneId, kind: 'email', customer, actor });
    await celebrations.approve({ milestoneId, revision, actor });
    await state.close();
    const before = mail.mails.length;
    clock.pass(120);
    await soon(() => expect(mail.mails.at(-1)?.to).toEqual(['omar@harbor.example']));
    expect(mail.mails).toHaveLength(before + 1);
    await soon(() => expect(findCard('harbor').text).toContain('sent, max'));
  });
});

describe('verbs beside it', () => {
  it('run at the same time, jobs one after the other', async () => {
    const tenure = openTenure({ folder, clock, shared: serving.shared });
    const [first, second, list, again] = await Promise.all([
      tenure.milestones.detect(),
      tenure.milestones.detect(),
      tenure.milestones.list(),
      tenure.milestones.upcoming({ days: 30 }),
    ]);
    expect(first.counts).toEqual(second.counts);
    expect(list).toHaveLength((await tenure.milestones.list()).length);
    expect(again.rows).toBeDefined();
  });

  it('need not be the ones that put a warehouse in its place', async () => {
    const state = await serving.shared.connect();
    await state.execute('delete from milestone_runs');
    const now = clock.now() / 1000;
    fs.utimesSync(path.join(folder, 'warehouse.duckdb'), now, now);
    await vi.waitFor(
      async () => expect(await state.query('select run_id from milestone_runs')).toHaveLength(1),
      { timeout: 15_000 },
    );
    await state.close();
  });

  it('of another workspace open their own', async () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-other-'));
    writeWorkspace(other);
    const tenure = openTenure({ folder: other, clock, shared: serving.shared });
    expect(await tenure.milestones.export()).toContain('name: Anniversary');
    expect(fs.existsSync(path.join(other, 'state.duckdb'))).toBe(true);
    fs.rmSync(other, { recursive: true, force: true });
  });

  it('went without a word of the service', () => {
    expect(notes).toEqual([]);
  });
});
