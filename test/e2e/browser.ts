/// <reference lib="dom" />
import fs from 'node:fs';
import axeCore from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian and others put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser of this machine; null where there is none. `CHROMIUM` names one elsewhere. */
export function findChromium(): string | null {
  const places = [process.env['CHROMIUM'], ...PLACES];
  return places.find((place) => place !== undefined && fs.existsSync(place)) ?? null;
}

export const NO_BROWSER = 'there is no Chromium here: apt-get install chromium, or name one in CHROMIUM';

/** Chromium with an empty profile. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A kind of screen that every page has to suit. */
export interface Screen {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

export const SCREENS: readonly Screen[] = [
  { name: '1280 light', width: 1280, height: 800, colorScheme: 'light' },
  { name: '1280 dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: '390 light', width: 390, height: 844, colorScheme: 'light' },
  { name: '390 dark', width: 390, height: 844, colorScheme: 'dark' },
];

/** A page that keeps what it complains about. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests that left this machine or failed. */
  readonly complaints: string[];
}

/** Opens a page whose complaints are kept; requests to other hosts are named, and not sent. */
export async function openPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(origin) || /^(data|blob):/.test(url)) return route.continue();
    complaints.push(`request to another host: ${url}`);
    return route.abort();
  });
  return { page, complaints };
}

/** Waits until the charts of a page are drawn. */
export async function waitForCharts(page: Page): Promise<void> {
  if ((await page.locator('[data-option]').count()) > 0)
    await page.waitForSelector('html[data-charts=drawn]', { timeout: 30_000 });
}

/** WCAG 2.1, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** What axe finds that keeps somebody from using a page. */
export async function listViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: typeof axeCore };
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: rules } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) =>
          `${id}: ${target.join(' ')}: ${failureSummary?.replaceAll('\n', ' ')}`,
      ),
    );
  }, RULES);
}
