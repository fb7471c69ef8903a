/// <reference lib="dom" />
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdb } from '../../src/engines/index.ts';
import { type ServedDemo, serveDemo } from '../http/served-demo.ts';
import { findChromium, NO_BROWSER, openBrowser, openPage, waitForCharts } from './browser.ts';

const hasBrowser = findChromium() !== null;
/** Runs wherever a page takes a name for HTML, an attribute's end or a script's. */
const NAME = `"'><img src=x onerror="window.hit=1"></script><script>window.hit=1</script>{{7*7}}$unit:usd`;
const TABLES = [
  'entity.metrics_customer_success',
  'marts.customer_next_actions',
  'marts.top_deals',
  'marts.customer_health_changes',
];

let demo: ServedDemo;
let browser: Browser;
let page: Page;
let complaints: readonly string[];

/** Gives every customer the name, in the tables that pages read it from. */
async function renameCustomers(folder: string): Promise<void> {
  const engine = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb') });
  for (const table of TABLES) await engine.execute(`update ${table} set customer_name = $1`, [NAME]);
  await engine.execute('update entity.metrics_sales set owner_name = $1 where owner_id <> $2', [NAME, 'all']);
  await engine.close();
}

beforeAll(async () => {
  if (!hasBrowser) return;
  demo = await serveDemo({ prepare: renameCustomers });
  browser = await openBrowser();
  ({ page, complaints } = await openPage(
    await browser.newContext({ viewport: { width: 1280, height: 800 } }),
    demo.url,
  ));
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

describe.skipIf(!hasBrowser)(`a name that is an attack${hasBrowser ? '' : ` (${NO_BROWSER})`}`, () => {
  it.each(['customer-success', 'sales'])(
    'is text on %s: in tables, charts and what hovers over them',
    async (name) => {
      await page.goto(`${demo.url}/dashboards/${name}`);
      await waitForCharts(page);
      expect(await page.locator('main').textContent()).toContain(NAME);
      for (const chart of await page.locator('.chart').all()) {
        await chart.scrollIntoViewIfNeeded();
        const box = await chart.boundingBox();
        if (box === null) continue;
        for (const [x, y] of [
          [0.3, 0.15],
          [0.45, 0.4],
          [0.5, 0.5],
          [0.4, 0.3],
        ] as const)
          await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      }
      await page.locator('details.pick').first().locator('summary').click();
      expect(await page.evaluate(() => (window as unknown as { hit?: number }).hit)).toBeUndefined();
      expect(await page.locator('main img, body > img').count()).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it('is text in a CSV', async () => {
    const csv = await (await fetch(`${demo.url}/dashboards/customer-success/at_risk.csv`)).text();
    expect(csv).toContain(NAME.replaceAll('"', '""'));
  });
});
