import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engines/index.ts';
import { openRawStore, runLoad } from '../../src/load/index.ts';
import { openChild } from '../shared/compiled.ts';
import { runAndKill } from '../shared/run-and-kill.ts';
import { CLOCK, openWorkbench, renderCounts } from './workbench.ts';

const ROWS = 300_000;
let folder: string;
let file: string;
let child: string;

beforeAll(async () => {
  child = await openChild('load/load-child.ts');
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-kill-'));
  file = path.join(folder, 'usage_events.csv');
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `event-${i},c${i % 50},2026-01-01T00:00:00Z,api_call,0.5`,
  );
  fs.writeFileSync(
    file,
    `event_id,customer_id,timestamp,event_type,feature_adoption_score\n${rows.join('\n')}\n`,
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('kill -9 at any phase leaves the last state, and the next load cleans up and works', async () => {
  const moments = [
    ['read', 0],
    ['read', 150],
    ['check', 0],
    ['compare', 0],
    ['write', 0],
    ['write', 60],
  ] as const;
  for (const [phase, delay] of moments) {
    await runAndKill([child, folder, file, '7'], phase, delay);
    const engine = await openDuckdb({ path: path.join(folder, 'raw.duckdb') });
    await openRawStore(engine, CLOCK);
    const found = await engine.query(
      'select (select count(*) from raw.usage_events) as rows, (select count(*) from loads.batches) as batches',
    );
    // Nothing, or all of it: when the kill came after the commit, the batch counts.
    expect(
      [
        { rows: 0, batches: 0 },
        { rows: ROWS, batches: 1 },
      ],
      phase,
    ).toContainEqual(found[0]);
    await engine.close();
  }
  const engine = await openDuckdb({ path: path.join(folder, 'raw.duckdb') });
  const report = await runLoad(engine, {
    paths: [file],
    scratchPath: path.join(folder, 'load.duckdb'),
    clock: CLOCK,
    batchId: '99',
  });
  expect(report.inserted + report.unchanged, renderCounts(report)).toBe(ROWS);
  await engine.close();
  expect(fs.readdirSync(folder).filter((name) => name.startsWith('load.duckdb'))).toEqual([]);
});

test('an interrupt ends the load; it is not taken for a fault of the file', async () => {
  const own = await openWorkbench();
  fs.copyFileSync(file, path.join(own.folder, 'usage_events.csv'));
  const ticks = setInterval(() => own.engine.interrupt(), 20);
  await expect(own.load(path.join(own.folder, 'usage_events.csv'))).rejects.toMatchObject({
    code: 'QUERY_FAILED',
  });
  clearInterval(ticks);
  expect(await own.engine.query('select count(*) as n from loads.batches')).toEqual([{ n: 0 }]);
  await own.close();
});
