import { openBrowser, waitForCharts } from '../test/e2e/browser.ts';
import { computeMedian, report } from './measurement.ts';
import { serveWorkspace } from './serve-workspace.ts';

/**
 * How long a page takes: `npx tsx bench/pages.ts WORKSPACE`, a copy of a workspace that is built. From the address to the last
 * chart drawn, in a browser that has stored nothing; the first page of a server that has just begun, then each dashboard. The
 * baseline is a page without figures. It ends with 1 where a page takes a second.
 */
const [WORKSPACE = ''] = process.argv.slice(2);
const PAGES = ['executive', 'customer-success', 'sales', 'product', 'marketing', 'clv-funnel', 'retention'];
const [ROUNDS, GOAL] = [5, 1000];

const browser = await openBrowser();

/** Milliseconds, in a context of its own. */
async function measurePage(url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const begin = performance.now();
  await page.goto(url);
  await waitForCharts(page);
  const milliseconds = performance.now() - begin;
  await context.close();
  return milliseconds;
}

async function measureMedian(url: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await measurePage(url));
  return computeMedian(times);
}

const server = await serveWorkspace(WORKSPACE);
const first = await measurePage(`${server.url}/dashboards/executive`);
report('the first page of a server', `${first.toFixed(0)} ms`, first >= GOAL);
const baseline = await measureMedian(`${server.url}/docs`);
report('baseline: a page without figures (the description of the API)', `${baseline.toFixed(0)} ms`);
for (const name of PAGES) {
  const time = await measureMedian(`${server.url}/dashboards/${name}`);
  const ratio = (time / baseline).toFixed(1);
  report(`${name}, nothing stored`, `${time.toFixed(0)} ms, ${ratio} × the baseline`, time >= GOAL);
}
await server.stop();
await browser.close();
