import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';

const clock = buildFixedClock('2026-03-15T06:00:00Z');
const example = path.join(PACKAGE_ROOT, 'examples', 'acme');
// Spread over the second and a half that a load or a build of the example takes, start-up included.
const MOMENTS = [300, 450, 600, 700, 800, 900, 1000, 1150, 1300, 1600];

async function fetchRows(
  tenure: ReturnType<typeof openTenure>,
  sql: string,
  target?: 'raw',
): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const chunk of tenure.stream(sql, target)) rows.push(...chunk.rows);
  return rows;
}

/** Runs the program and kills it without warning; says whether it had ended before. */
async function runAndKill(
  words: readonly string[],
  cwd: string,
  afterMilliseconds: number,
): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(PACKAGE_ROOT, 'bin', 'tenure'), ...words], {
    cwd,
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
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
    writeWorkspace(folder);
    fs.copyFileSync(path.join(example, 'tenure.yml'), path.join(folder, 'tenure.yml'));
    await tenure().load({ paths: [path.join(example, 'data')] });
    expect((await tenure().build()).isPublished).toBe(true);
    before = await fetchRows(tenure(), marts);
    const header = 'conversion_id,session_id,date,user_id,attribution_model,conversion_value,timestamp';
    const rows = Array.from(
      { length: 20_000 },
      (_, n) => `k${n},,2026-03-01,killed,last_touch,1.00,2026-03-01T00:00:00Z`,
    );
    fs.writeFileSync(path.join(folder, 'data', 'conversions.csv'), [header, ...rows].join('\n'));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it.each(MOMENTS)('of a build after %i ms leaves the last good warehouse', async (moment) => {
    await runAndKill(['build'], folder, moment);
    expect(await fetchRows(tenure(), marts)).toEqual(before);
  });

  it.each(MOMENTS)('of a load after %i ms leaves all of it or nothing', async (moment) => {
    const wasOver = await runAndKill(['load', 'data'], folder, moment);
    const [row] = (await fetchRows(
      tenure(),
      `select count(*) from conversions where user_id = 'killed'`,
      'raw',
    )) as [[number]];
    expect([0, 20_000]).toContain(row[0]);
    const batches = await tenure().listBatches();
    expect(batches.length).toBe(row[0] === 0 ? 1 : 2);
    if (row[0] > 0) await tenure().undo('2');
    if (wasOver) expect(row[0]).toBe(20_000);
  });

  it('and the next build works and cleans up', async () => {
    const report = await tenure().build();
    expect(report.isPublished).toBe(true);
    expect(await fetchRows(tenure(), marts)).toEqual(before);
    expect(fs.readdirSync(path.join(folder, '.tenure'))).toEqual([]);
  });
});
