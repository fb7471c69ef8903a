import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTenure, PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb, type Row } from '../../src/engines/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';

const example = path.join(PACKAGE_ROOT, 'examples', 'acme');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-parallel-'));
const open = () => openTenure({ folder, clock: buildFixedClock('2026-03-15T06:00:00Z'), environment: {} });

/** What stands in the state: the milestones, what is told of them, and what was written on changes of them. */
async function readStanding(): Promise<Readonly<Record<string, readonly Row[]>>> {
  const state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
  const standing = {
    milestones: await state.query(
      'select id, achieved_at, is_historical from customer_milestones order by all',
    ),
    told: await state.query(`select dedupe_key from notifications where kind = 'milestone' order by all`),
    changes: await state.query('select milestone_id, change from milestone_changes order by all'),
  };
  await state.close();
  return standing;
}

async function openOwner(): Promise<DuckdbEngine> {
  return openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
}

/** The program in a process of its own. */
function spawnTenure(...words: readonly string[]): ChildProcess {
  const program = path.join(PACKAGE_ROOT, 'bin', 'tenure');
  return spawn(process.execPath, [program, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a process has written so far. */
function collect(stream: NodeJS.ReadableStream | null): readonly string[] {
  const parts: string[] = [];
  stream?.on('data', (part: Buffer) => parts.push(part.toString()));
  return parts;
}

async function runTenure(...words: readonly string[]) {
  const child = spawnTenure(...words);
  const [out, notes] = [collect(child.stdout), collect(child.stderr)];
  await once(child, 'close');
  return { code: child.exitCode, out: out.join(''), notes: notes.join('') };
}

describe('detection several times at once', () => {
  let single: Awaited<ReturnType<typeof readStanding>>;

  beforeAll(async () => {
    writeWorkspace(folder);
    fs.copyFileSync(path.join(example, 'tenure.yml'), path.join(folder, 'tenure.yml'));
    // Everything is news, so that everything is told.
    fs.writeFileSync(path.join(folder, 'notify.yml'), 'alert_window_days: 10000\n');
    await open().load({ paths: [path.join(example, 'data')] });
    await open().build({ exclude: ['resource_type:test'] });
    single = await readStanding();
    expect(single['milestones']?.length).toBeGreaterThan(3);
    expect(single['told']?.length).toBeGreaterThan(3);
  });
  beforeEach(async () => {
    const state = await openOwner();
    for (const table of ['customer_milestones', 'milestone_changes', 'milestone_runs', 'notifications'])
      await state.execute(`delete from ${table}`);
    await state.close();
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('by one process goes one after the other, and records and tells each once', async () => {
    const [one, other] = [open(), open()];
    const reports = await Promise.all([
      one.milestones.detect(),
      other.milestones.detect(),
      one.milestones.detect(),
    ]);
    const listed = await Promise.all([one.milestones.list(), other.milestones.list()]);
    expect(await readStanding()).toEqual(single);
    expect(reports.map(({ counts }) => counts.recorded)).toEqual([single['milestones']?.length, 0, 0]);
    expect(reports.map(({ told }) => told.length)).toEqual([single['told']?.length, 0, 0]);
    expect(listed.map((rows) => rows.length)).toEqual([
      single['milestones']?.length,
      single['milestones']?.length,
    ]);
  });

  it('is refused while another process owns the state, which stays as it is', async () => {
    const owner = await openOwner();
    const refused = await runTenure('milestones', 'detect');
    await owner.close();
    expect(refused).toMatchObject({ code: 3, out: '', notes: expect.stringContaining('DATABASE_OWNED') });
    expect(refused.notes).toContain('is open in another process');
    expect((await readStanding())['milestones']).toEqual([]);
  });

  it('by three processes records and tells each once; who comes second is refused or finds nothing new', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => runTenure('milestones', 'detect', '--json')));
    const done = outcomes.filter(({ code }) => code === 0);
    for (const { code, notes } of outcomes)
      if (code !== 0) expect([code, notes]).toEqual([3, expect.stringContaining('DATABASE_OWNED')]);
    const counts = done.map(({ out }) => Number(JSON.parse(out).counts.recorded));
    expect(counts.filter((count) => count > 0)).toEqual([single['milestones']?.length]);
    expect(await readStanding()).toEqual(single);
  });

  it('is handed over to the process that serves the workspace, one after the other', async () => {
    const service = spawnTenure('serve', '--port', '0', '--interval', '1');
    const text = collect(service.stdout);
    await vi.waitFor(() => expect(text.join('')).toContain('Ctrl-C ends it'), { timeout: 60_000 });
    const detect = () => runCommandLine(folder, 'milestones', 'detect', '--json');
    const outcomes = await Promise.all([detect(), detect(), runTenure('milestones', 'detect', '--json')]);
    expect(outcomes.map(({ code, notes }) => [code, notes])).toEqual(outcomes.map(() => [0, '']));
    service.kill('SIGTERM');
    await once(service, 'exit');
    expect(await readStanding()).toEqual(single);
  });
});
