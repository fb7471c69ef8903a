import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelEntry, Tenure } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { renderModelCard } from '../../src/web/index.ts';
import { findSection, listDangers, listElements, readAttribute, readText } from '../shared/page-reader.ts';
import { copyDemo, openDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-model-pages-'));
let tenure: Tenure;
let app: ReturnType<typeof buildApp>;
let models: readonly ModelEntry[];

beforeAll(async () => {
  await copyDemo(folder);
  tenure = openDemo(folder);
  const service = {
    handleSlackInteraction: () => Promise.reject(new Error('not here')),
    hasSigningSecret: false,
    wake: () => {},
  };
  app = buildApp({ tenure, service }, { ids: systemIds, note: () => {}, rate: 0 });
  models = await tenure.scores.list();
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const request = (address: string) => app.request(address, { headers: { accept: 'text/html' } });

async function open(address: string): Promise<string> {
  const response = await request(address);
  expect([address, response.status]).toEqual([address, 200]);
  const html = await response.text();
  expect([address, listDangers(html)]).toEqual([address, []]);
  return html;
}

describe('the pages of models', () => {
  it('list every model with its AUC, the days it was in use, and its alarms', async () => {
    const html = await open('/models');
    const rows = listElements(html).filter(({ tagName }) => tagName === 'tr');
    const links = listElements(html).flatMap((element) => readAttribute(element, 'href') ?? []);
    expect(models.length).toBeGreaterThan(2);
    for (const { model, version, rocAuc } of models) {
      expect(links).toContain(`/models/${model}/${version}`);
      const row = rows.map(readText).find((text) => text.startsWith(version)) ?? '';
      expect(row).toContain(rocAuc.toFixed(3));
    }
    expect(rows.map(readText).filter((text) => text.includes('✓ in use'))).toHaveLength(
      models.filter(({ usableTo }) => usableTo === null).length,
    );
  });

  it('show the card of the model in use, and of each version, as it is alone', async () => {
    const [current] = models.filter(({ model }) => model === 'churn');
    const old = models.filter(({ model }) => model === 'churn').at(-1);
    expect(current?.version).not.toBe(old?.version);
    for (const [address, version] of [
      ['/models/churn', current?.version],
      [`/models/churn/${old?.version}`, old?.version],
    ] as const) {
      const html = await open(address);
      const alone = renderModelCard(await tenure.scores.card('churn', version));
      for (const title of ['ROC-AUC', 'Tiers', 'Candidates', 'Predictors', 'Rows', 'Drift'])
        expect([title, readText(findSection(html, title))]).toEqual([
          title,
          readText(findSection(alone, title)),
        ]);
      expect(html).toContain(version ?? 'no version');
    }
  });

  it('say what came of what was promised', async () => {
    const realised = await tenure.scores.realised('churn');
    const shown = readText(findSection(await open('/models/churn'), 'What was promised, and what came'));
    const known = realised.filter(({ rocAuc }) => rocAuc !== null);
    expect(known.length).toBeGreaterThan(0);
    for (const { version, promised, rocAuc } of known)
      expect(shown).toMatch(new RegExp(`${version}.*${promised.value.toFixed(3)}.*${rocAuc?.toFixed(3)}`));
  });

  it('are not found of models there are not', async () => {
    for (const address of ['/models/nothing', '/models/churn/nothing'])
      expect([address, (await request(address)).status]).toEqual([address, 404]);
  });
});
