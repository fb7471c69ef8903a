import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { systemClock, systemIds } from '../../src/base/index.ts';
import { readSocketPlace, removeSocketPlace, writeSocketPlace } from '../../src/cli/socket-place.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { enqueueEmail } from '../../src/notify/index.ts';
import { type MailServer, openMailServer } from '../notify/mail-server.ts';
import { openPackage } from '../shared/compiled.ts';
import { runCommandLine, runCommandLineIn } from './run-command-line.ts';

const example = path.join(PACKAGE_ROOT, 'examples', 'acme');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-cli-serve-'));
const running = new Set<ChildProcess>();
let mail: MailServer;
let bin: string;
const TSX = import.meta.resolve('tsx');
/** A process that owns the workspace and takes no commands. */
const HOLD = `
  const { openDuckdb } = await import(${JSON.stringify(path.join(PACKAGE_ROOT, 'src', 'engines', 'index.ts'))});
  await openDuckdb({ path: 'state.duckdb', alias: 'state' });
  console.log('open');
  setInterval(() => {}, 1000);
`;

beforeAll(async () => {
  mail = await openMailServer();
  bin = await openPackage();
  writeWorkspace(folder);
  fs.copyFileSync(path.join(example, 'tenure.yml'), path.join(folder, 'tenure.yml'));
  fs.writeFileSync(path.join(folder, 'notify.yml'), 'email: {from: success@tenure.example}\n');
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  running.clear();
});
afterAll(async () => {
  await mail.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Starts `tenure serve` in a process of its own, and waits until it listens. */
async function startServe(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const words = [path.join(bin, 'tenure'), 'serve', '--port', '0', '--interval', '1'];
  const env = { ...process.env, SMTP_URL: `smtp://127.0.0.1:${mail.port}`, SLACK_BOT_TOKEN: '' };
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  let text = '';
  child.stdout?.on('data', (part: Buffer) => {
    text += part.toString();
  });
  await vi.waitFor(() => expect(text).toContain('Ctrl-C ends it'), { timeout: 60_000 });
  expect(text).toContain('People are told by e-mail.');
  expect(text).toContain('SLACK_BOT_TOKEN is not set');
  return { child, url: /http:\/\/\S+/.exec(text)?.[0] ?? '' };
}

async function endServe(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  await once(child, 'exit');
  return child.exitCode;
}

describe('tenure serve', () => {
  it('runs the commands of others, until it is ended', async () => {
    const { child, url } = await startServe();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(fs.statSync(path.join(folder, 'tenure.sock')).mode & 0o777).toBe(0o600);

    const load = await runCommandLine(folder, 'load', path.join(example, 'data'));
    expect([load.code, load.out]).toEqual([0, expect.stringContaining('Batch 1 loaded')]);
    const build = await runCommandLine(folder, 'build', '--exclude', 'resource_type:test');
    expect([build.code, build.out]).toEqual([0, expect.stringMatching(/Milestones: \d+ new/)]);
    const list = await runCommandLine(folder, 'milestones', 'list', '--limit', '2', '--json');
    expect(JSON.parse(list.out)).toHaveLength(2);
    // What goes wrong there is told here, with its exit code.
    const wrong = await runCommandLine(folder, 'milestones', 'preview', 'no such thing');
    expect([wrong.code, wrong.notes]).toEqual([2, expect.stringContaining('MILESTONE_UNKNOWN')]);
    const second = await runCommandLine(folder, 'serve', '--port', '0');
    expect([second.code, second.notes]).toEqual([3, expect.stringContaining('DATABASE_OWNED')]);

    expect(await endServe(child)).toBe(0);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('tenure.sock'))).toEqual([]);
    expect((await runCommandLine(folder, 'milestones', 'list', '--limit', '1', '--json')).code).toBe(0);
  });

  it('ends a command there when it is interrupted here', async () => {
    const { child } = await startServe();
    const interrupt = new AbortController();
    const build = runCommandLineIn({ cwd: folder, signal: interrupt.signal }, ['build', '--full-refresh']);
    await sleep(1000);
    interrupt.abort();
    expect(await build).toMatchObject({ code: 130, notes: expect.stringContaining('Interrupted') });
    // The next job need not wait for it.
    expect((await runCommandLine(folder, 'load', '--batches', '--json')).code).toBe(0);
    expect(await endServe(child)).toBe(0);
  });

  it('ends the commands it runs when it is ended itself', async () => {
    const { child } = await startServe();
    const build = runCommandLine(folder, 'build', '--full-refresh');
    await sleep(1000);
    expect(await endServe(child)).toBe(0);
    expect((await build).code).toBeGreaterThan(0);
  });

  it('goes on after kill -9: the socket is taken over, and what lay in the outbox goes out once', async () => {
    const first = await startServe();
    const build = runCommandLine(folder, 'build', '--full-refresh');
    await sleep(500);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(await build).toMatchObject({ code: 3, notes: expect.stringContaining('SERVICE_LOST') });
    expect(fs.existsSync(path.join(folder, 'tenure.sock'))).toBe(true);

    // A socket nobody listens at is not taken for the process that owns the workspace now.
    const owner = spawn(process.execPath, ['--import', TSX, '--input-type=module', '-e', HOLD], {
      cwd: folder,
      stdio: 'pipe',
    });
    running.add(owner);
    await once(owner.stdout, 'data');
    const beside = await runCommandLine(folder, 'milestones', 'list');
    expect([beside.code, beside.notes]).toEqual([3, expect.stringContaining('DATABASE_OWNED')]);
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    const state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
    const email = { to: 'ines@northwind.example', subject: 'Well done', text: 'Hi', html: '<p>Hi</p>' };
    const request = { dedupeKey: 'celebration 1', customerId: 'northwind', subjectId: null, email };
    await enqueueEmail(state, request, { ids: systemIds, clock: systemClock });
    await state.close();

    const second = await startServe();
    await vi.waitFor(() => expect(mail.mails).toHaveLength(1), { timeout: 30_000 });
    expect((await runCommandLine(folder, 'milestones', 'list', '--json')).code).toBe(0);
    expect(await endServe(second.child)).toBe(0);
    expect(mail.mails).toHaveLength(1);
  });

  it.each([
    [['--port', 'many'], 'USAGE'],
    [['--port', '70000'], 'USAGE'],
    [['--interval', '0'], 'USAGE'],
    [['--host', '0.0.0.0'], 'LISTEN_WITHOUT_KEY'],
  ])('refuses %s', async (words, code) => {
    const outcome = await runCommandLine(folder, 'serve', ...words);
    expect([outcome.code, outcome.notes]).toEqual([2, expect.stringContaining(code)]);
  });
});

describe('the place of the socket', () => {
  it('is elsewhere when the path would be too long, and goes when it is removed', () => {
    const long = path.join(folder, 'x'.repeat(120));
    fs.mkdirSync(long);
    const place = writeSocketPlace(long);
    expect(Buffer.byteLength(place)).toBeLessThan(100);
    expect(readSocketPlace(long)).toBe(place);
    expect(fs.statSync(path.dirname(place)).mode & 0o777).toBe(0o700);
    const other = writeSocketPlace(long);
    expect([fs.existsSync(path.dirname(place)), readSocketPlace(long)]).toEqual([false, other]);
    removeSocketPlace(long);
    expect([fs.existsSync(path.dirname(other)), readSocketPlace(long)]).toEqual([false, null]);
  });

  it('leaves a folder alone that was not made for it', () => {
    const own = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-own-'));
    fs.writeFileSync(path.join(folder, 'tenure.sock.path'), path.join(own, 'tenure.sock'));
    removeSocketPlace(folder);
    expect(fs.existsSync(own)).toBe(true);
    fs.rmSync(own, { recursive: true });
  });
});
