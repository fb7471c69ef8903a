import { type ChildProcessByStdio, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { enqueueAlerts, enqueueCardUpdate, enqueueEmail } from '../../src/notify/index.ts';
import { openChild } from '../shared/compiled.ts';
import { type MailServer, openMailServer } from './mail-server.ts';
import { openSlackServer, type SlackServer } from './slack-server.ts';
import {
  buildInput,
  buildItem,
  buildMovingClock,
  countStates,
  GROWTHCORP,
  openPorts,
  openState,
  runOnce,
  THURSDAY,
} from './workbench.ts';

const clock = buildMovingClock(THURSDAY);
const writing = { ids: systemIds, clock };
/** More steps than any delivery has. */
const MOST_STEPS = 100;
const EMAIL = {
  to: 'cto@growthcorp.example',
  subject: 'A million',
  text: 'Well done.',
  html: '<p>Well done.</p>',
};
let folder: string;
let child: string;
/** The application state with no rows yet. */
let emptyState: string;
let slack: SlackServer;
let mail: MailServer;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-worker-'));
  slack = await openSlackServer(clock.now);
  mail = await openMailServer();
  child = await openChild('notify/worker-child.ts');
  emptyState = path.join(folder, 'empty.duckdb');
  await (await openState(emptyState)).close();
});
afterAll(async () => {
  await slack.close();
  await mail.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Starts a worker in a process of its own, which kills itself at a step; at none when it is 0. */
function startWorker(
  file: string,
  way: 'slack' | 'email',
  step: number,
): ChildProcessByStdio<null, Readable, null> {
  const words = way === 'slack' ? [slack.url, '-'] : ['-', String(mail.port)];
  return spawn(process.execPath, [child, file, ...words, new Date(clock.now()).toISOString(), String(step)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The application state in a file of its own. */
function openCopy(file: string): Promise<DuckdbEngine> {
  fs.copyFileSync(emptyState, file);
  return openDuckdb({ path: file, alias: 'state' });
}

/** Runs a worker that kills itself at a step; true when it came to its end before. */
async function runAndKill(file: string, way: 'slack' | 'email', step: number): Promise<boolean> {
  const running = startWorker(file, way, step);
  let text = '';
  running.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  const signal = await new Promise((resolve) => running.on('close', (_, by) => resolve(by)));
  expect(signal === 'SIGKILL' || text.startsWith('done'), text).toBe(true);
  return signal !== 'SIGKILL';
}

/** Runs a worker and kills it from outside as soon as something has happened. */
async function runUntil(file: string, way: 'slack' | 'email', hasHappened: () => boolean): Promise<void> {
  const running = startWorker(file, way, 0);
  const ended = new Promise((resolve) => running.on('close', resolve));
  while (!hasHappened()) await wait(5);
  running.kill('SIGKILL');
  await ended;
}

/** Workers that nobody kills, until there is nothing left to do. */
async function runToTheEnd(file: string): Promise<Readonly<Record<string, number>>> {
  const engine = await openDuckdb({ path: file, alias: 'state' });
  const ports = openPorts({ slackUrl: slack.url, mailPort: mail.port });
  for (let turn = 0; turn < 4; turn += 1) {
    clock.pass(600);
    await runOnce(engine, ports, { clock });
  }
  const states = await countStates(engine);
  await engine.close();
  return states;
}

/** Kills a worker at its first step, at its second, and so on to its last, each time in a database of its own. */
async function runThroughSteps(
  way: 'slack' | 'email',
  prepare: (file: string, step: number) => Promise<void>,
  check: (step: number, states: Readonly<Record<string, number>>) => void,
): Promise<number> {
  for (let step = 1; step < MOST_STEPS; step += 1) {
    clock.set(THURSDAY);
    const file = path.join(folder, `${way}-${step}-${systemIds.next()}.duckdb`);
    await prepare(file, step);
    const wasOver = await runAndKill(file, way, step);
    check(step, await runToTheEnd(file));
    if (wasOver) return step - 1;
  }
  throw new Error('the worker has no end');
}

describe('kill -9 of the worker', () => {
  it('at any step of a delivery to Slack: the message arrives exactly once', async () => {
    const steps = await runThroughSteps(
      'slack',
      async (file, step) => {
        const engine = await openCopy(file);
        await enqueueAlerts(engine, buildInput([buildItem(`slack ${step}`)]), writing);
        await engine.close();
      },
      (step, states) => {
        expect(
          slack.listKeys().filter((key) => key === `slack ${step}`),
          `step ${step}`,
        ).toHaveLength(1);
        expect(states, `step ${step}`).toEqual({ sent: 1 });
      },
    );
    expect(steps).toBeGreaterThan(8);
  });

  it('at any step of an e-mail: it arrives at most once, and a person is asked where nobody knows', async () => {
    let uncertain = 0;
    const steps = await runThroughSteps(
      'email',
      async (file, step) => {
        mail.mails.length = 0;
        const engine = await openCopy(file);
        await enqueueEmail(
          engine,
          { dedupeKey: `email ${step}`, customerId: null, subjectId: null, email: EMAIL },
          writing,
        );
        await engine.close();
      },
      (step, states) => {
        uncertain += states['uncertain'] ?? 0;
        if (states['uncertain'] === 1) expect(mail.mails.length, `step ${step}`).toBeLessThanOrEqual(1);
        else {
          expect(states, `step ${step}`).toEqual({ sent: 1 });
          expect(mail.mails, `step ${step}`).toHaveLength(1);
        }
      },
    );
    expect(steps).toBeGreaterThan(7);
    expect(uncertain).toBeGreaterThan(2);
  });

  it('while it waits for the answer: the message is found, and a person is asked about the e-mail', async () => {
    clock.set(THURSDAY);
    const file = path.join(folder, 'waiting.duckdb');
    const engine = await openCopy(file);
    await enqueueAlerts(engine, buildInput([buildItem('waiting')]), writing);
    await engine.close();
    slack.faults.set('chat.postMessage', [{ kind: 'done-silent' }]);
    await runUntil(file, 'slack', () => slack.listKeys().includes('waiting'));
    expect(await runToTheEnd(file)).toEqual({ sent: 1 });
    expect(slack.listKeys().filter((key) => key === 'waiting')).toHaveLength(1);

    clock.set(THURSDAY);
    mail.mails.length = 0;
    const other = path.join(folder, 'waiting-for-mail.duckdb');
    const second = await openCopy(other);
    await enqueueEmail(second, { dedupeKey: 'e', customerId: null, subjectId: null, email: EMAIL }, writing);
    await second.close();
    mail.faults.push({ phase: 'taken', isSilent: true });
    await runUntil(other, 'email', () => mail.mails.length === 1);
    expect(await runToTheEnd(other)).toEqual({ uncertain: 1 });
    expect(mail.mails).toHaveLength(1);
  });

  it('at any step of making and sending a digest, and of renewing a card: nothing twice, nothing lost', async () => {
    // Every third step: the deliveries in it are those of the tests above.
    for (let step = 2; step < MOST_STEPS; step += 3) {
      clock.set(THURSDAY);
      slack.channels.clear();
      const file = path.join(folder, `digest-${step}.duckdb`);
      const engine = await openCopy(file);
      const items = Array.from({ length: 13 }, (_, n) => buildItem(`item ${n}`, { worth: n }));
      await enqueueAlerts(engine, buildInput(items), writing);
      await engine.execute(
        `update notifications set state = 'cancelled' where state = 'pending' and worth < 12`,
      );
      const card = { ...GROWTHCORP, customerName: 'GrowthCorp Ltd' };
      await enqueueCardUpdate(
        engine,
        { dedupeKey: 'item 12', content: { kind: 'milestone', card } },
        writing,
      );
      await engine.close();
      const wasOver = await runAndKill(file, 'slack', step);
      expect(await runToTheEnd(file), `step ${step}`).toEqual({ sent: 3, bundled: 3, cancelled: 9 });
      const messages = slack.channels.get('DUANA') ?? [];
      expect(messages.map(({ text }) => text).sort(), `step ${step}`).toEqual([
        ':card_index_dividers: 3 more milestones',
        ':trophy: Customer Milestone: GrowthCorp Ltd: 1 Million API Calls',
      ]);
      if (wasOver) return;
    }
  });
});
