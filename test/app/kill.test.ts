import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { openPackage } from '../shared/compiled.ts';
import { copyAcme } from '../shared/workspaces.ts';

const clock = buildFixedClock('2026-03-15T06:00:00Z');
let bin: string;
// Spread over the second that a load takes, start-up included.
const LOAD_MOMENTS = [300, 450, 600, 700, 800, 950, 1100, 1300];
// From the new warehouse's first byte on.
const BUILD_MOMENTS = [0, 200, 500, 1000, 1800, 3000];

async function fetchRows(
  tenure: ReturnType<typeof openTenure>,
  sql: string,
  target?: 'raw',
): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const chunk of tenure.stream(sql, target)) rows.push(...chunk.rows);
  return rows;
}

interface Death {
  readonly cwd: string;
  readonly afterMilliseconds: number;
  /** The file whose appearance they are counted from; the start of the program when absent. */
  readonly file?: string;
}

/** Runs the program and kills it without warning; says whether it had ended before. */
async function runAndKill(words: readonly string[], death: Death): Promise<boolean> {
  const { cwd, afterMilliseconds, file } = death;
  const child = spawn(process.execPath, [bin, ...words], { cwd, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (file !== undefined && child.exitCode === null && !fs.existsSync(file)) await sleep(5);
  await Promise.race([ended, sleep(afterMilliseconds)]);
  const wasOver = child.exitCode !== null;
  child.kill('SIGKILL');
  await ended;
  return wasOver;
}

describe('kill -9', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const tenure = () => openTenure({ folder, clock });
  const marts =
    'select (select count(*) from customer_lifetime_value), (select sum(total_revenue) from customer_lifetime_value), (select count(*) from metric_availability)';
  let before: unknown[];

  beforeAll(async () => {
    await copyAcme(folder);
    bin = path.join(await openPackage(), 'tenure');
    before = await fetchRows(tenure(), marts);
    const header = 'conversion_id,session_id,date,user_id,attribution_model,conversion_value,timestamp';
    const rows = Array.from(
      { length: 20_000 },
      (_, n) => `k${n},,2026-03-01,killed,last_touch,1.00,2026-03-01T00:00:00Z`,
    );
    fs.writeFileSync(path.join(folder, 'data', 'conversions.csv'), [header, ...rows].join('\n'));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it.each(BUILD_MOMENTS)('of a build %i ms into its file leaves the last good warehouse', async (moment) => {
    const file = path.join(folder, '.tenure', 'warehouse.building.duckdb');
    fs.rmSync(file, { force: true });
    const wasOver = await runAndKill(['build'], { cwd: folder, afterMilliseconds: moment, file });
    expect(wasOver).toBe(false);
    expect(await fetchRows(tenure(), marts)).toEqual(before);
  });

  it.each(LOAD_MOMENTS)('of a load after %i ms leaves all of it or nothing', async (moment) => {
    const known = await tenure().listBatches();
    const wasOver = await runAndKill(['load', 'data'], { cwd: folder, afterMilliseconds: moment });
    const [row] = (await fetchRows(
      tenure(),
      `select count(*) from conversions where user_id = 'killed'`,
      'raw',
    )) as [[number]];
    expect([0, 20_000]).toContain(row[0]);
    // How many loads end in time is the machine's affair; each that did is a batch, also once it is undone.
    const [newest, ...older] = await tenure().listBatches();
    expect(1 + older.length - known.length).toBe(row[0] === 0 ? 0 : 1);
    if (row[0] > 0) await tenure().undo(newest?.batchId ?? '');
    if (wasOver) expect(row[0]).toBe(20_000);
  });

  it('and the next build works and cleans up', async () => {
    const report = await tenure().build();
    expect(report.isPublished).toBe(true);
    expect(await fetchRows(tenure(), marts)).toEqual(before);
    expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
  });
});
