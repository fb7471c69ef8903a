import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-stopped-'));

beforeAll(async () => {
  await copyDemo(folder);
}, 600_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));

it('a build stopped between two trainings trains no more and leaves the last warehouse', async () => {
  const before = await openDemo(folder).scores.list();
  // Other tiers make other models: all have to be trained again.
  fs.appendFileSync(path.join(folder, 'tenure.yml'), '\nscore_tiers: {critical: 5, high: 2.5, medium: 1}\n');
  const stop = new AbortController();
  const trained: string[] = [];
  const build = openDemo(folder).build({
    asOf: DEMO_DAY,
    select: ['+predictions'],
    signal: stop.signal,
    onTrain: (name, trainedTo) => {
      trained.push(`${name} ${trainedTo}`);
      if (trained.length === 2) setTimeout(() => stop.abort(), 0);
    },
  });
  await expect(build).rejects.toMatchObject({ code: 'BUILD_STOPPED' });
  expect(trained.length).toBeGreaterThanOrEqual(2);
  expect(trained.length).toBeLessThanOrEqual(4);
  expect(await openDemo(folder).scores.list()).toEqual(before);
  expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
}, 120_000);
