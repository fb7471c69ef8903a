/// <reference lib="dom" />
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedDemo, serveDemo } from '../http/served-demo.ts';
import {
  findChromium,
  listViolations,
  NO_BROWSER,
  openBrowser,
  openPage,
  SCREENS,
  waitForCharts,
} from './browser.ts';

const hasBrowser = findChromium() !== null;
/** What moves less than a hundredth of the screen nobody sees. */
const MOST_SHIFT = 0.01;

let demo: ServedDemo;
let browser: Browser;
let paths: readonly string[];

/** The pages there are, of each kind one. */
async function listPaths(): Promise<readonly string[]> {
  const dashboards = await demo.tenure.dashboards.list();
  const [customer] = await demo.tenure.metrics
    .query({
      metrics: ['current_mrr'],
      dimensions: ['customer_id'],
      order: [['current_mrr', 'desc']],
      limit: 1,
    })
    .then(({ rows }) => rows);
  const [milestone] = await demo.tenure.milestones.list({ limit: 1 });
  return [
    ...dashboards.map(({ name }) => `/dashboards/${name}`),
    '/dashboards/executive/mrr_trend',
    '/dashboards/sales/pipeline',
    '/dashboards/executive?range=12m&compare=previous_year&plan_tier=enterprise',
    '/catalogue',
    '/catalogue/sales.win_rate',
    '/catalogue/models',
    '/catalogue/models/metrics_sales',
    '/docs',
    '/customers',
    `/customers/${customer?.['customer_id']}`,
    '/milestones',
    '/milestones/upcoming',
    '/milestones/definitions',
    '/milestones/report',
    '/milestones/preview?name=Users',
    `/milestones/${milestone?.['id']}`,
    '/models',
    '/models/churn',
  ];
}

/** Without targets there is no gauge. */
function writeTargets(folder: string): void {
  fs.writeFileSync(path.join(folder, 'targets.yml'), 'pipeline_coverage_ratio: 3\nwin_rate: 0.3\n');
}

beforeAll(async () => {
  if (!hasBrowser) return;
  demo = await serveDemo({ prepare: writeTargets });
  browser = await openBrowser();
  paths = await listPaths();
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

/** The sum of what moved after the page was there, as browsers count it. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sums = { shift: 0 };
    Object.assign(window, { tenureShifts: sums });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sums.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** What is written below tables and goes on beyond the region that they scroll in. */
function listWideCaptions(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.scroll caption')]
      .filter((caption) => caption.clientWidth > (caption.closest('.scroll')?.clientWidth ?? 0))
      .map(({ textContent }) => textContent ?? ''),
  );
}

describe.skipIf(!hasBrowser)(`every page in a browser${hasBrowser ? '' : ` (${NO_BROWSER})`}`, () => {
  it.each(SCREENS)(
    'at $name complains about nothing, reaches nobody else, does not move, and can be used by everybody',
    async (screen) => {
      const context = await browser.newContext({
        viewport: { width: screen.width, height: screen.height },
        colorScheme: screen.colorScheme,
      });
      const problems: string[] = [];
      for (const address of paths) {
        const { page, complaints } = await openPage(context, demo.url);
        await watchShifts(page);
        const response = await page.goto(`${demo.url}${address}`);
        if (response?.status() !== 200) problems.push(`${address}: status ${response?.status()}`);
        await waitForCharts(page);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (wide > 0) problems.push(`${address}: ${wide} pixels too wide`);
        for (const words of await listWideCaptions(page))
          problems.push(`${address}: a caption is cut: ${words}`);
        const shift = await page.evaluate(
          () => (window as unknown as { tenureShifts: { shift: number } }).tenureShifts.shift,
        );
        if (shift > MOST_SHIFT) problems.push(`${address}: moves by ${shift}`);
        for (const violation of await listViolations(page)) problems.push(`${address}: ${violation}`);
        for (const complaint of complaints) problems.push(`${address}: ${complaint}`);
        await page.close();
      }
      await context.close();
      expect(problems).toEqual([]);
      expect(demo.notes).toEqual([]);
    },
  );
});
