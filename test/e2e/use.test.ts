/// <reference lib="dom" />
import fs from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ServedDemo, serveDemo } from '../http/served-demo.ts';
import { findChromium, NO_BROWSER, openBrowser, openPage, waitForCharts } from './browser.ts';

const hasBrowser = findChromium() !== null;
let demo: ServedDemo;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  if (!hasBrowser) return;
  demo = await serveDemo();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});
beforeEach(async () => {
  if (!hasBrowser) return;
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  ({ page, complaints } = await openPage(context, demo.url));
});
afterEach(async () => {
  if (!hasBrowser) return;
  expect(complaints).toEqual([]);
  await context.close();
});

async function visit(path: string): Promise<void> {
  await page.goto(`${demo.url}${path}`);
  await waitForCharts(page);
}

const readSearch = (): URLSearchParams => new URL(page.url()).searchParams;
const readTile = (name: string) => page.locator(`[data-tile=${name}]`);

async function readValue(tile: string): Promise<number> {
  return Number(await readTile(tile).locator('[data-value]').getAttribute('data-value'));
}

async function askCompany(metric: string, filters: readonly object[] = []): Promise<unknown> {
  const { rows } = await demo.tenure.metrics.query({
    metrics: [metric],
    time: { range: 'last 90 days' },
    filters: [...filters] as never,
  });
  return rows[0]?.[metric];
}

describe.skipIf(!hasBrowser)(`a dashboard in use${hasBrowser ? '' : ` (${NO_BROWSER})`}`, () => {
  it('filters by what is ticked, says so in the address, and shows what the metrics layer says', async () => {
    await visit('/dashboards/executive');
    expect(await readValue('mrr')).toBe(await askCompany('current_mrr'));
    await page.locator('details.pick', { hasText: 'Plan tier' }).locator('summary').click();
    await page.getByLabel('enterprise', { exact: true }).first().check();
    await Promise.all([page.waitForURL(/plan_tier=enterprise/), page.keyboard.press('Escape')]);
    await waitForCharts(page);
    const filters = [{ member: 'plan_tier', operator: 'equals', values: ['enterprise'] }];
    expect(await readValue('mrr')).toBe(await askCompany('current_mrr', filters));
    // What cannot be filtered so says it.
    expect(await readTile('win_rate').textContent()).toContain('Not filtered by plan tier');
    await page.getByRole('link', { name: 'Reset' }).click();
    await page.waitForURL(`${demo.url}/dashboards/executive`);
    expect(await readValue('mrr')).toBe(await askCompany('current_mrr'));
  });

  it('compares with what is chosen', async () => {
    await visit('/dashboards/executive');
    expect(await readTile('mrr').textContent()).toContain('vs 90 days before');
    await Promise.all([
      page.waitForURL(/compare=previous_year/),
      page.getByLabel('against').selectOption('previous_year'),
    ]);
    expect(await readTile('mrr').textContent()).toContain('vs a year before');
    await Promise.all([page.waitForURL(/compare=none/), page.getByLabel('against').selectOption('none')]);
    expect(await readTile('mrr').textContent()).not.toContain('vs ');
  });

  it('leads from a cell to its customers, and keeps the filters', async () => {
    await visit('/dashboards/executive?industry=fintech&range=12m');
    const cell = readTile('health_by_segment').locator('td a').first();
    const link = new URL((await cell.getAttribute('href')) ?? '', demo.url);
    expect(link.pathname).toBe('/customers');
    expect([link.searchParams.get('industry'), link.searchParams.get('range')]).toEqual(['fintech', '12m']);
    expect(link.searchParams.get('segment')).not.toBeNull();
    expect(link.searchParams.get('plan_tier')).not.toBeNull();
  });

  it('leads from a point of a chart to where it belongs', async () => {
    await visit('/dashboards/customer-success');
    const bar = readTile('health_distribution').locator('svg path[fill="#0b6bcb"]').first();
    await Promise.all([page.waitForURL(/\/customers\?/), bar.click()]);
    expect(readSearch().get('health_band')).not.toBeNull();
  });

  it('gives its rows as CSV, and its charts as SVG and PNG', async () => {
    await visit('/dashboards/executive?plan_tier=growth');
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        readTile('mrr_trend').getByText(name, { exact: true }).click(),
      ]);
      return { file: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) };
    };
    const csv = await save('CSV');
    const lines = csv.bytes.toString().trim().split('\r\n');
    expect([csv.file, lines.length]).toEqual(['mrr_trend.csv', 91]);
    const { rows } = await demo.tenure.metrics.query({
      metrics: ['current_mrr'],
      time: { range: 'last 90 days', granularity: 'day' },
      filters: [{ member: 'plan_tier', operator: 'equals', values: ['growth'] }],
    });
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 2))).toEqual(
      rows.map((row) => [row['period'], String(row['current_mrr'])]),
    );
    const svg = await save('SVG');
    expect([svg.file, svg.bytes.toString().startsWith('<svg'), svg.bytes.toString().includes('MRR')]).toEqual(
      ['mrr_trend.svg', true, true],
    );
    const png = await save('PNG');
    expect([png.file, png.bytes.subarray(1, 4).toString()]).toEqual(['mrr_trend.png', 'PNG']);
    expect(png.bytes.length).toBeGreaterThan(5000);
  });

  it('shows each chart as a table', async () => {
    await visit('/dashboards/product');
    const tile = readTile('platforms');
    await tile.getByText('View as table').click();
    expect(await tile.locator('tbody tr').count()).toBeGreaterThan(1);
    expect(await tile.locator('tbody tr').first().isVisible()).toBe(true);
  });

  it('answers to the keyboard', async () => {
    await visit('/dashboards/executive');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('range');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('?');
    expect(await page.locator('#keyboard-help').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#keyboard-help').isVisible()).toBe(false);
    await Promise.all([page.waitForURL(/as_of=2025-12-14/), page.keyboard.press('[')]);
    await page.waitForLoadState();
    expect(await readTile('mrr').locator('[data-value]').count()).toBe(1);
    await Promise.all([page.waitForURL(`${demo.url}/dashboards/executive`), page.keyboard.press(']')]);
    await page.locator('details.pick').first().locator('summary').click();
    expect(await page.locator('details.pick[open]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.locator('details.pick[open]').count()).toBe(0);
  });

  it('comes to the definition, SQL, rows and freshness of a figure by two clicks at most', async () => {
    await visit('/dashboards/sales');
    await readTile('win_rate').getByRole('link', { name: 'Win rate' }).click();
    await page.waitForURL(/\/dashboards\/sales\/win_rate/);
    const text = await page.locator('main').textContent();
    for (const part of [
      'Definition',
      'deals_won_90d / deals_closed_90d',
      'Freshness',
      'known up to 14 Mar 2026',
      'SQL',
      'select',
    ])
      expect(text).toContain(part);
    await page.locator('section', { hasText: 'Definition' }).getByRole('link', { name: 'Win rate' }).click();
    await page.waitForURL(/\/catalogue\/sales\.win_rate/);
    expect(await page.locator('main').textContent()).toContain('Another way to the same number');
  });

  it('works where scripts are off', async () => {
    const still = await browser.newContext({ javaScriptEnabled: false });
    const plain = await still.newPage();
    await plain.goto(`${demo.url}/dashboards/executive`);
    await plain.getByLabel('Range').selectOption('12m');
    await plain.getByRole('button', { name: 'Apply' }).click();
    expect(new URL(plain.url()).searchParams.get('range')).toBe('12m');
    expect(await plain.locator('[data-tile=mrr]').textContent()).toContain('vs 12 months before');
    await plain.locator('[data-tile=mrr_trend]').getByText('View as table').click();
    expect(await plain.locator('[data-tile=mrr_trend] tbody tr').count()).toBe(12);
    await still.close();
  });
});
