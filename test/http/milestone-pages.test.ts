import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openServing, openTenure, type Serving, type Tenure } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { type MailServer, openMailServer } from '../notify/mail-server.ts';
import { openSlackServer, type SlackServer } from '../notify/slack-server.ts';
import { buildMovingClock } from '../notify/workbench.ts';
import {
  findSection,
  listDangers,
  listElements,
  listUnlabelled,
  readAttribute,
  readForm,
  readText,
} from '../shared/page-reader.ts';
import { copyDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-milestone-pages-'));
// A working day after the last one of the data: cards are told by then.
const clock = buildMovingClock('2026-03-16T20:00:00Z');
const notes: string[] = [];
let slack: SlackServer;
let mail: MailServer;
let serving: Serving;
let tenure: Tenure;
let app: ReturnType<typeof buildApp>;
const keys = new Map<string, string>();
/** Milestones of customers with an address, each of another customer. */
let milestones: readonly string[];

/** The milestones whose cards stand in Slack. */
async function listTold(): Promise<ReadonlySet<string | null>> {
  return new Set(
    (await tenure.notifications.list({ limit: 1000 })).flatMap(({ kind, channel, state, subjectId }) =>
      kind === 'milestone' && channel === 'slack' && state === 'sent' ? [subjectId] : [],
    ),
  );
}

async function listMilestones(): Promise<readonly string[]> {
  const rows = await tenure.milestones.list({ limit: 1000 });
  const told = await listTold();
  const customers = new Set<string>();
  const found: string[] = [];
  // The first one is told by a card, so that the card can follow.
  const sorted = [...rows].sort(
    (one, other) => Number(told.has(String(other['id']))) - Number(told.has(String(one['id']))),
  );
  for (const row of sorted) {
    const [id, customer] = [String(row['id']), String(row['customer_id'])];
    if (customers.has(customer) || found.length === 12) continue;
    customers.add(customer);
    const { customer: facts } = await tenure.celebrations.show(id);
    if (facts?.contactEmail !== null && facts?.healthBand !== 'Critical') found.push(id);
  }
  return found;
}

beforeAll(async () => {
  slack = await openSlackServer(clock.now);
  mail = await openMailServer();
  await copyDemo(folder);
  fs.appendFileSync(path.join(folder, 'notify.yml'), 'email: {from: Tenure <success@tenure.example>}\n');
  serving = await openServing(
    {
      folder,
      clock,
      environment: {
        SLACK_BOT_TOKEN: 'xoxb-test-token',
        SLACK_API_URL: slack.url,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      },
    },
    // So long that what leaves left because the page woke the outbox.
    { intervalSeconds: 3600, note: (text) => void notes.push(text) },
  );
  tenure = openTenure({ folder, clock, shared: serving.shared });
  for (const role of ['viewer', 'csm'] as const) {
    const { key } = await tenure.access.addKey({ name: role === 'csm' ? 'Ana' : 'Vic', role });
    keys.set(role, key);
  }
  app = buildApp(
    { tenure, service: serving },
    { ids: systemIds, note: (text) => void notes.push(text), rate: 0 },
  );
  await soon(async () => expect((await listTold()).size).toBeGreaterThan(0));
  milestones = await listMilestones();
});
afterAll(async () => {
  await serving.close();
  await slack.close();
  await mail.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const headersOf = (role: string) => ({ accept: 'text/html', authorization: `Bearer ${keys.get(role)}` });
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

async function open(address: string, role = 'csm'): Promise<string> {
  const response = await app.request(address, { headers: headersOf(role) });
  expect([address, response.status]).toEqual([address, 200]);
  const html = await response.text();
  expect([address, listDangers(html), listUnlabelled(html)]).toEqual([address, [], []]);
  return html;
}

async function post(address: string, form: Readonly<Record<string, string>>, role = 'csm') {
  const response = await app.request(address, {
    method: 'POST',
    headers: { ...headersOf(role), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return { status: response.status, location: response.headers.get('location'), html: await response.text() };
}

/** Opens a page, changes some fields of a form as a person would, and sends it. */
async function submit(address: string, verb: string, change: Readonly<Record<string, string>> = {}) {
  const form = readForm(await open(address), `${address}/${verb}`);
  return post(`${address}/${verb}`, { ...form, ...change });
}

const readProblem = (html: string): string => {
  const alert = listElements(html).find((element) => readAttribute(element, 'role') === 'alert');
  return alert === undefined ? '' : readText(alert);
};
const place = (number: number) => `/milestones/${milestones[number]}`;
const fetchState = async (number: number) =>
  (await tenure.celebrations.find([milestones[number] ?? '']))[0]?.state ?? null;

describe('the page of a milestone', () => {
  it('says line for line what its card says', async () => {
    const { card, ideas, customer } = await tenure.celebrations.show(milestones[0] ?? '');
    const shown = readText(findSection(await open(place(0)), `🏆 Customer Milestone: ${customer?.name}`));
    expect(card.map(({ id }) => id)).toEqual(['title', 'details', 'context', 'ideas']);
    const lines = card
      .flatMap((part) => part.lines)
      .map((line) => line.replace(/^(- |\d+\. :[a-z_]+: )/, ''));
    for (const line of lines) expect(shown).toContain(line);
    for (const { reason } of ideas) expect(shown).toContain(reason);
    expect(shown).toMatch(
      /Customer Milestone: .+Milestone Achieved: .+Details:.+Customer Context:.+Celebration Ideas:/,
    );
  });

  it('is not found of one there is not', async () => {
    for (const id of ['nothing', '7b7e4f3a-0f6e-4c5e-9a55-0d6f1f0f7a01'])
      expect((await app.request(`/milestones/${id}`, { headers: headersOf('csm') })).status).toBe(404);
  });

  it('has no forms for those who may only look, and takes none from them', async () => {
    const html = await open(place(0), 'viewer');
    const forms = listElements(html).filter(({ tagName }) => tagName === 'form');
    expect(forms.filter((form) => (readAttribute(form, 'action') ?? '').startsWith('/milestones'))).toEqual(
      [],
    );
    for (const verb of ['draft', 'edit', 'approve', 'done', 'skip', 'retry', 'decide'])
      expect([
        verb,
        (await post(`${place(0)}/${verb}`, { kind: 'email', how: 'call' }, 'viewer')).status,
      ]).toEqual([verb, 403]);
    expect((await post('/milestones/preview', { yaml: '[]' }, 'viewer')).status).toBe(403);
    expect(await fetchState(0)).toBeNull();
  });

  it('takes nothing that a page of another site sends', async () => {
    const response = await app.request(`${place(0)}/draft`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'kind=email',
    });
    expect(response.status).toBe(403);
    expect(await fetchState(0)).toBeNull();
  });
});

describe('a celebration', () => {
  it('is a draft, an edit, an approval, and one e-mail with the words that were approved', async () => {
    expect(await post(`${place(0)}/draft`, { kind: 'email' })).toMatchObject({
      status: 303,
      location: place(0),
    });
    const draft = readForm(await open(place(0)), `${place(0)}/approve`);
    expect(draft['revision']).toBe('1');
    expect(await submit(place(0), 'approve', { subject: 'Well done, all of you' })).toMatchObject({
      status: 303,
    });
    await soon(() => expect(mail.mails).toHaveLength(1));
    expect(mail.mails[0]).toMatchObject({ to: [draft['address']] });
    expect(mail.mails[0]?.raw).toContain('Subject: Well done, all of you');
    await soon(async () => expect(await fetchState(0)).toBe('sent'));
    const html = await open(place(0));
    expect(html).toContain('Approved by Ana, sent on 16 Mar 2026');
    // A double click, a reload of the form: nothing leaves again.
    expect((await post(`${place(0)}/approve`, { ...draft, revision: '2' })).status).toBe(409);
    serving.wake();
    clock.pass(60);
    expect(mail.mails).toHaveLength(1);
    const { steps } = await tenure.celebrations.show(milestones[0] ?? '');
    expect(
      steps.filter(({ actorKind }) => actorKind === 'person').every(({ actor }) => actor === 'Ana'),
    ).toBe(true);
    const audit = await tenure.access.listAudit({ limit: 100 });
    expect(audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['draftCelebration', 'approveCelebration']),
    );
  });

  it('makes the card in Slack say who did what', async () => {
    await soon(() => {
      const card = [...slack.channels.values()]
        .flat()
        .find(({ metadata }) => metadata?.event_payload.dedupe_key.endsWith(milestones[0] ?? '-'));
      expect(JSON.stringify(card?.blocks ?? [])).toContain('Celebration email: sent, Ana');
    });
  });

  it('is kept as a draft with what was typed', async () => {
    await post(`${place(1)}/draft`, { kind: 'email' });
    const form = readForm(await open(place(1)), `${place(1)}/approve`);
    const saved = await post(`${place(1)}/edit`, {
      ...form,
      text: 'Line one.\r\n\r\n<b>Line</b> "two"',
      recipientName: 'Zoë',
    });
    expect(saved.status).toBe(303);
    const again = readForm(await open(place(1)), `${place(1)}/approve`);
    expect(again).toMatchObject({
      revision: '2',
      text: 'Line one.\n\n<b>Line</b> "two"',
      recipientName: 'Zoë',
    });
    expect(mail.mails).toHaveLength(1);
  });

  it('is not approved in words that somebody changed meanwhile, and loses nothing that was typed', async () => {
    const stale = readForm(await open(place(1)), `${place(1)}/approve`);
    await tenure.celebrations.edit({
      milestoneId: milestones[1] ?? '',
      by: 'Max',
      edit: { subject: 'Other words' },
    });
    const refused = await post(`${place(1)}/approve`, { ...stale, text: 'What I typed' });
    expect([refused.status, readProblem(refused.html)]).toEqual([
      409,
      expect.stringContaining('changed meanwhile'),
    ]);
    expect(readForm(refused.html, `${place(1)}/approve`)).toMatchObject({
      text: 'What I typed',
      revision: '3',
    });
    expect([await fetchState(1), mail.mails.length]).toEqual(['drafted', 1]);
    // Read again and sent on purpose, it goes.
    const kept = readForm(refused.html, `${place(1)}/approve`);
    expect((await post(`${place(1)}/approve`, kept)).status).toBe(303);
    await soon(() => expect(mail.mails).toHaveLength(2));
    expect(mail.mails[1]?.raw).toContain('What I typed');
  });

  it.each([
    [{ address: 'no address' }, 'is no e-mail address'],
    [{ text: 'Dear {{ first_name }}' }, 'unfilled field'],
    [{ subject: ' ' }, 'may not be empty'],
    [{ address: '' }, 'no address on file'],
    [{ revision: 'one' }, 'which revision was read'],
  ])('is not approved with %j', async (change, problem) => {
    await post(`${place(2)}/draft`, { kind: 'email' });
    const refused = await submit(place(2), 'approve', change);
    expect([refused.status, readProblem(refused.html)]).toEqual([422, expect.stringContaining(problem)]);
    const [name, typed] = Object.entries(change)[0] ?? [];
    if (name !== 'revision') expect(readForm(refused.html, `${place(2)}/approve`)[name ?? '']).toBe(typed);
    expect([await fetchState(2), mail.mails.length]).toEqual(['drafted', 2]);
    // As it was before, for the next.
    const form = readForm(refused.html, `${place(2)}/approve`);
    const { customer } = await tenure.celebrations.show(milestones[2] ?? '');
    await post(`${place(2)}/edit`, {
      ...form,
      address: customer?.contactEmail ?? '',
      subject: 'Hi',
      text: 'Hi',
    });
  });

  it('asks for permission once in 180 days, and says when again', async () => {
    await post(`${place(3)}/draft`, { kind: 'social' });
    expect((await submit(place(3), 'approve')).status).toBe(303);
    await soon(async () => expect(await fetchState(3)).toBe('sent'));
    const { milestone } = await tenure.celebrations.show(milestones[3] ?? '');
    const others = await tenure.milestones.list({ customerId: milestone.customerId });
    const other = others.map((row) => String(row['id'])).find((id) => id !== milestone.id);
    expect(other).toBeDefined();
    await post(`/milestones/${other}/draft`, { kind: 'social' });
    const refused = await submit(`/milestones/${other}`, 'approve');
    expect([refused.status, readProblem(refused.html)]).toEqual([
      409,
      expect.stringContaining('was asked for a favour on 2026-03-16'),
    ]);
    expect(readProblem(refused.html)).toContain('ask again from 2026-09-12 on');
  });

  it('is not drafted anew where somebody approved a message', async () => {
    const refused = await post(`${place(0)}/draft`, { kind: 'social' });
    expect([refused.status, readProblem(refused.html)]).toEqual([
      409,
      expect.stringContaining('was approved by Ana'),
    ]);
  });

  it('is marked as celebrated in another way, with a note', async () => {
    expect((await submit(place(4), 'done', { how: 'gift', note: 'a cake' })).status).toBe(303);
    expect(await open(place(4))).toContain('Celebrated by Ana on 16 Mar 2026');
    expect(await open(place(4))).toContain('Gift (a cake)');
    expect((await post(`${place(4)}/done`, { how: 'dance' })).status).toBe(422);
  });

  it('is skipped with a reason only', async () => {
    const refused = await submit(place(5), 'skip', { reason: ' ' });
    expect([refused.status, readProblem(refused.html)]).toEqual([
      422,
      expect.stringContaining('skipping needs a reason'),
    ]);
    expect((await submit(place(5), 'skip', { reason: 'they left' })).status).toBe(303);
    expect(await open(place(5))).toContain('Skipped by Ana: they left.');
  });

  it('waits for a person where the answer of the mail server was lost', async () => {
    mail.faults.push({ phase: 'taken', isDropped: true });
    await post(`${place(6)}/draft`, { kind: 'email' });
    const before = mail.mails.length;
    await submit(place(6), 'approve');
    await soon(async () => expect(await fetchState(6)).toBe('uncertain'));
    const html = await open(place(6));
    expect(html).toContain('Nobody knows whether the e-mail arrived');
    expect(
      (await post(`${place(7)}/decide`, { ...readForm(html, `${place(6)}/decide`), decision: 'sent' }))
        .status,
    ).toBe(422);
    expect((await submit(place(6), 'decide', { decision: 'sent' })).status).toBe(303);
    await soon(async () => expect(await fetchState(6)).toBe('sent'));
    expect(mail.mails).toHaveLength(before + 1);
  });

  it('is tried again where the mail server refused it', async () => {
    mail.faults.push({ phase: 'recipient', code: 550 });
    await post(`${place(7)}/draft`, { kind: 'email' });
    await submit(place(7), 'approve');
    await soon(async () => expect(await open(place(7))).toContain('The e-mail could not be sent'));
    const before = mail.mails.length;
    expect((await submit(place(7), 'retry', { decision: 'again' })).status).toBe(303);
    await soon(() => expect(mail.mails).toHaveLength(before + 1));
  });
});

const listLinks = (part: Parameters<typeof listElements>[0]) =>
  listElements(part).flatMap((element) => readAttribute(element, 'href') ?? []);

/** A card of a list, page by page, by the links to the next one. */
async function openPages(address: string, title: string) {
  const pages = [findSection(await open(address), title)];
  for (;;) {
    const next = listElements(pages.at(-1) ?? '').find((element) => readAttribute(element, 'rel') === 'next');
    if (next === undefined) return pages;
    pages.push(findSection(await open(readAttribute(next, 'href') ?? ''), title));
  }
}

describe('the other pages of milestones', () => {
  it('show what was reached in the last 30 days, with how far each is, for all and for one owner', async () => {
    const rows = await tenure.milestones.list({ since: '2026-02-13', limit: 1000 });
    const pages = await openPages('/milestones', 'Reached in the last 30 days');
    const links = pages.map((page) =>
      listLinks(page).filter((link) => /^\/milestones\/[0-9a-f-]{36}$/.test(link)),
    );
    expect(pages.length).toBe(Math.ceil(rows.length / 25));
    expect(links.flat()).toEqual(rows.map((row) => `/milestones/${String(row['id'])}`));
    expect(Math.max(...links.map(({ length }) => length))).toBe(25);
    const owner = String(rows.find((row) => row['owner_id'] !== null)?.['owner_id']);
    const own = rows.filter((row) => row['owner_id'] === owner);
    const reached = readText(
      findSection(await open(`/milestones?owner=${owner}`), 'Reached in the last 30 days'),
    );
    const count = [...reached.matchAll(/(\d+) (to celebrate|history|sent|drafted|celebrated|skipped)/g)];
    expect(count.slice(0, 6).reduce((sum, [, number]) => sum + Number(number), 0)).toBeGreaterThanOrEqual(
      own.length,
    );
    const [name] = await tenure.customers.owners().then((all) => all.filter(({ id }) => id === owner));
    expect(await open(`/milestones?owner=${owner}`)).toContain(`Told to ${name?.name}`);
    expect(await open('/milestones?owner=%3Cb%3E')).toContain('None. The tab Upcoming');
    // Whose key says who they are sees their own first, and everybody's when asked.
    const { key } = await tenure.access.addKey({ name: 'Own', role: 'csm', memberId: owner });
    keys.set('own', key);
    expect(await open('/milestones', 'own')).toContain(`Told to ${name?.name}`);
    expect(await open('/milestones?owner=', 'own')).toContain('Told to nobody in particular');
  });

  it('show what is expected, and how often that held', async () => {
    const { rows } = await tenure.milestones.upcoming();
    const pages = await openPages('/milestones/upcoming', 'Expected in the next 90 days');
    expect(pages.length).toBe(Math.ceil(rows.length / 25));
    const customers = pages.flatMap((page) =>
      listLinks(page).filter((link) => link.startsWith('/customers/')),
    );
    expect(customers).toEqual(rows.map((row) => `/customers/${String(row['customer_id'])}`));
    const text = pages.map(readText).join(' ');
    for (const row of rows) expect(text).toContain(String(row['milestone_name']));
    expect(text).toMatch(/came true within their interval|too few to say/);
  });

  it('show what to prepare in short, with the way to each owner’s own list', async () => {
    const { rows } = await tenure.milestones.upcoming();
    const soon = rows.filter((row) => String(row['expected_on']) <= '2026-03-28');
    const owners = [...new Set(soon.map((row) => row['owner_id']))];
    const card = findSection(await open('/milestones/upcoming'), 'Prepare now');
    const heads = listElements(card).filter(({ tagName }) => tagName === 'h3');
    expect(heads).toHaveLength(Math.min(owners.length, 6));
    const lists = listElements(card).filter(({ tagName }) => tagName === 'ul');
    const lines = lists.map(
      (list) => listLinks(list).filter((link) => link.startsWith('/customers/')).length,
    );
    const counts = owners.slice(0, 6).map((owner) => soon.filter((row) => row['owner_id'] === owner).length);
    expect(lines).toEqual(counts.map((count) => Math.min(count, 5)));
    expect(Math.max(...counts)).toBeGreaterThan(5);
    expect(readText(card)).toContain(`and ${Math.max(...counts) - 5} more`);
    const [first] = owners.filter((owner) => owner !== null);
    const link = `/milestones/upcoming?owner=${String(first)}`;
    expect(listLinks(card)).toContain(link);
    expect(listLinks(card).some((one) => one.endsWith('#expected'))).toBe(true);
    const own = await openPages(link, 'Expected in the next 90 days');
    expect(own.flatMap((page) => listLinks(page).filter((one) => one.startsWith('/customers/')))).toEqual(
      rows
        .filter((row) => row['owner_id'] === first)
        .map((row) => `/customers/${String(row['customer_id'])}`),
    );
  });

  it.each(['/milestones', '/milestones/upcoming'])(
    'keep page and owner of %s in the address, and take what it cannot mean for what it can',
    async (path) => {
      const title = path === '/milestones' ? 'Reached in the last 30 days' : 'Expected in the next 90 days';
      const section = async (query: string) => findSection(await open(`${path}?${query}`), title);
      const [first, second] = [await section('owner='), await section('owner=&page=2')];
      const [, of] = /Page 1 of (\d+)/.exec(readText(first)) ?? [];
      expect(Number(of)).toBeGreaterThan(1);
      expect(readText(second)).toContain(`Page 2 of ${of}`);
      expect(listLinks(second).filter((link) => link.includes('owner=')).length).toBeGreaterThan(0);
      for (const wrong of ['page=x', 'page=-1', 'page=1.5', 'page='])
        expect([wrong, readText(await section(`owner=&${wrong}`))]).toEqual([wrong, readText(first)]);
      expect(readText(await section('owner=&page=99999'))).toContain(`Page ${of} of ${of}`);
    },
  );

  it('show definitions, and what each would have found', async () => {
    const definitions = await tenure.milestones.listDefinitions();
    const html = await open('/milestones/definitions');
    const links = listElements(html).flatMap((element) => readAttribute(element, 'href') ?? []);
    for (const { name } of definitions)
      expect(links).toContain(`/milestones/preview?name=${encodeURIComponent(name)}`);
    const preview = await tenure.milestones.preview({ name: 'Users' });
    const shown = readText(findSection(await open('/milestones/preview?name=Users'), 'Who and when'));
    expect(preview.findings.length).toBeGreaterThan(0);
    for (const row of preview.findings) expect(shown).toContain(String(row['customer_name']));
  });

  it('try out a definition that is pasted, and record nothing', async () => {
    const before = await tenure.milestones.list({ limit: 10_000 });
    const yaml =
      '- {type: usage, name: Ten users, condition: {metric: users, threshold: 10}, title: Ten, detail: Ten users}';
    const { status, html } = await post('/milestones/preview', { yaml });
    expect([status, html.includes('Ten users')]).toEqual([200, true]);
    expect(readText(findSection(html, 'Who and when'))).toContain('Nothing was recorded');
    expect(await tenure.milestones.list({ limit: 10_000 })).toEqual(before);
    const wrong = await post('/milestones/preview', {
      yaml: '- {type: usage, name: "<script>alert(1)</script>"}',
    });
    expect([wrong.status, readProblem(wrong.html)]).toEqual([
      422,
      expect.stringContaining('your definition:1'),
    ]);
    expect(listDangers(wrong.html)).toEqual([]);
    expect(readForm(wrong.html, '/milestones/preview')['yaml']).toContain('<script>');
    const unknown = await app.request('/milestones/preview?name=nothing', { headers: headersOf('csm') });
    expect([unknown.status, readProblem(await unknown.text())]).toEqual([
      422,
      expect.stringContaining('There is no milestone definition nothing'),
    ]);
  });

  it('report the share that was celebrated, and who a case study could be written about', async () => {
    const report = await tenure.celebrations.report();
    const html = await open('/milestones/report');
    expect(readText(findSection(html, 'Milestones that count'))).toContain(`${report.n}`);
    expect(html).toContain('too few to tell');
    const csv = await app.request('/milestones/candidates.csv', { headers: headersOf('viewer') });
    expect(await csv.text()).toBe(await tenure.celebrations.exportCandidates());
  });

  it('went without a word of the service', () => {
    expect(notes).toEqual([]);
  });
});
