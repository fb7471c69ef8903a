import fs from 'node:fs';
import path from 'node:path';
import { openServing, openTenure } from '../src/app/index.ts';
import { systemIds } from '../src/base/index.ts';
import { openHttp } from '../src/http/index.ts';
import { openBrowser, openPage, waitForCharts } from '../test/e2e/browser.ts';

/** What the README shows: the file's name → the page. */
const PICTURES: Readonly<Record<string, string>> = {
  executive: '/dashboards/executive',
  'customer-success': '/dashboards/customer-success',
};
const FOLDER = path.join(import.meta.dirname, 'pictures');

/** Takes the pictures of the README from a served workspace, light and dark: `npx tsx docs/pictures.ts demo`. */
async function takePictures(folder: string): Promise<void> {
  const note = (text: string) => void process.stderr.write(text);
  const service = await openServing({ folder, environment: {} }, { note });
  const tenure = openTenure({ folder, environment: {}, shared: service.shared });
  const http = await openHttp({ tenure, service }, { host: '127.0.0.1', port: 0, ids: systemIds, note });
  const browser = await openBrowser();
  fs.mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
    const { page } = await openPage(context, http.url);
    for (const [name, address] of Object.entries(PICTURES)) {
      await page.goto(`${http.url}${address}`);
      await waitForCharts(page);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${colorScheme}.png`) });
    }
    await context.close();
  }
  await browser.close();
  await http.close();
  await service.close();
}

await takePictures(path.resolve(process.argv[2] ?? 'demo'));
