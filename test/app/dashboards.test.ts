import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, type Tenure } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { parsePageState } from '../../src/dashboards/index.ts';
import { copyAcme } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-app-dashboards-'));
let tenure: Tenure;

beforeAll(async () => {
  await copyAcme(folder);
  tenure = openTenure({ folder, clock: buildFixedClock('2026-03-15T06:00:00Z'), environment: {} });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function show(name: string, search = '', tile?: string) {
  const form = await tenure.dashboards.find(name);
  return tenure.dashboards.show(name, parsePageState(new URLSearchParams(search), form), tile);
}

describe('dashboards of a company that lacks sources', () => {
  it('say of each tile without figures which source it lacks, and how to get it', async () => {
    const { tiles } = await show('product');
    const missing = new Map(tiles.map(({ tile, missing: why }) => [tile.name, why]));
    expect(missing.get('crash_free')?.reason).toBe('raw.product_sessions has no row by 2026-03-14.');
    expect(missing.get('adoption')?.reason).toBe('raw.features has no row by 2026-03-14.');
    expect(missing.get('experiments')?.fix).toMatch(/^Export assignments/);
  });

  it('show what there is', async () => {
    const { tiles, asOf } = await show('executive');
    const mrr = tiles.find(({ tile }) => tile.name === 'mrr');
    const { rows } = await tenure.metrics.query({ metrics: ['current_mrr'] });
    expect([asOf, mrr?.missing, mrr?.rows[0]?.['current_mrr']]).toEqual([
      '2026-03-14',
      null,
      rows[0]?.['current_mrr'],
    ]);
  });

  it('refuse a day that nothing is known of, and names that are not there', async () => {
    await expect(show('executive', 'as_of=2026-03-20')).rejects.toThrow('nothing after 2026-03-14 is known');
    await expect(show('executives')).rejects.toThrow('There is no dashboard executives.');
    await expect(show('executive', '', 'mr')).rejects.toThrow('The dashboard executive has no tile mr.');
  });
});

describe('a dashboard of the workspace', () => {
  const file = path.join(folder, 'dashboards', 'own.yml');
  const write = (name: string, metric: string) =>
    fs.writeFileSync(
      file,
      `name: ${name}\ntitle: Own\npurpose: Ours.\norder: 1\ntiles:\n  - {name: a, title: A, chart: number, ask: {metrics: [${metric}]}}\n`,
    );

  it('stands among the others, takes the place of one of the same name, and is read anew when it changes', async () => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    write('own', 'current_mrr');
    const names = async () => (await tenure.dashboards.list()).map(({ name }) => name);
    expect(await names()).toEqual([
      'own',
      'executive',
      'customer-success',
      'sales',
      'product',
      'marketing',
      'clv-funnel',
      'retention',
    ]);
    write('executive', 'current_mrr');
    expect((await names()).slice(0, 2)).toEqual(['executive', 'customer-success']);
    expect((await show('executive')).dashboard.title).toBe('Own');
    write('executive', 'current_mr');
    await expect(show('executive')).rejects.toThrow(/own\.yml:6: .*there is no such metric/);
    fs.rmSync(file);
    expect((await show('executive')).dashboard.title).toBe('Executive');
  });
});
