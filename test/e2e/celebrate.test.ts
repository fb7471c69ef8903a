import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ServedDemo, serveDemo } from '../http/served-demo.ts';
import { type MailServer, openMailServer } from '../notify/mail-server.ts';
import { openSlackServer, type SlackServer } from '../notify/slack-server.ts';
import { findChromium, listViolations, NO_BROWSER, openBrowser, openPage } from './browser.ts';

const hasBrowser = findChromium() !== null;
/** A working day after the last one of the data: cards are told by then. */
const NOW = Date.parse('2026-03-16T20:00:00Z');
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

let demo: ServedDemo;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: readonly string[];
let slack: SlackServer;
let mail: MailServer;
let key: string;
let milestone: string;

/** A milestone whose card stands in Slack, of a customer with an address. */
async function findTold(): Promise<string> {
  const rows = await demo.tenure.notifications.list({ limit: 1000 });
  for (const { kind, channel, state, subjectId } of rows) {
    if (kind !== 'milestone' || channel !== 'slack' || state !== 'sent' || subjectId === null) continue;
    const { customer } = await demo.tenure.celebrations.show(subjectId);
    if (customer?.contactEmail) return subjectId;
  }
  throw new Error('no milestone with an address was told');
}

beforeAll(async () => {
  if (!hasBrowser) return;
  slack = await openSlackServer(() => NOW);
  mail = await openMailServer();
  demo = await serveDemo({
    now: () => NOW,
    environment: {
      SLACK_BOT_TOKEN: 'xoxb-test-token',
      SLACK_API_URL: slack.url,
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    },
    prepare: (folder) =>
      fs.appendFileSync(path.join(folder, 'notify.yml'), 'email: {from: success@tenure.example}\n'),
  });
  key = await demo.addKey('csm', 'Ana');
  await soon(async () =>
    expect((await demo.tenure.notifications.list({ state: 'sent' })).length).toBeGreaterThan(0),
  );
  milestone = await findTold();
  browser = await openBrowser();
  context = await browser.newContext();
  ({ page, complaints } = await openPage(context, demo.url));
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
  await slack?.close();
  await mail?.close();
});

describe.skipIf(!hasBrowser)(`a milestone in a browser${hasBrowser ? '' : ` (${NO_BROWSER})`}`, () => {
  it('is shown to nobody without a key, and after signing in at once', async () => {
    await page.goto(`${demo.url}/milestones/${milestone}`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await listViolations(page)).toEqual([]);
    await page.getByLabel('Your key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${demo.url}/milestones/${milestone}`);
    expect(await page.locator('header').textContent()).toContain('Ana, csm');
    const [cookie] = await context.cookies();
    expect([cookie?.httpOnly, cookie?.sameSite]).toEqual([true, 'Lax']);
  });

  it('is celebrated: drafted, corrected, approved, and arrives once; its card says who did it', async () => {
    const before = mail.mails.length;
    await page.getByRole('button', { name: 'Send Celebration Email' }).click();
    await page.waitForLoadState();
    await page.getByLabel('Subject').fill('Well done <all> of you');
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await page.waitForLoadState();
    expect(await page.getByLabel('Subject').inputValue()).toBe('Well done <all> of you');
    expect(mail.mails.length).toBe(before);
    await page.getByRole('button', { name: /Approve/ }).click();
    await soon(() => expect(mail.mails.length).toBe(before + 1));
    expect(mail.mails.at(-1)?.raw).toContain('Subject: Well done <all> of you');
    await soon(async () => {
      await page.reload();
      expect(await page.locator('main').textContent()).toMatch(/sent/i);
    });
    expect(await page.locator('main').textContent()).toContain('Ana');
    await soon(() => expect(JSON.stringify([...slack.channels.values()])).toContain('Ana'));
    expect(mail.mails.length).toBe(before + 1);
  });

  it('is gone from sight after signing out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForLoadState();
    await page.goto(`${demo.url}/milestones/${milestone}`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(complaints).toEqual([]);
  });
});
