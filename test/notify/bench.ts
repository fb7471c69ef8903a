import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { systemIds } from '../../src/base/index.ts';
import type { DuckdbEngine } from '../../src/engines/index.ts';
import type { NotifyPorts, WorkerReport } from '../../src/notify/index.ts';
import { type MailServer, openMailServer } from './mail-server.ts';
import { openSlackServer, type SlackServer } from './slack-server.ts';
import { buildMovingClock, type MovingClock, openPorts, openState, runOnce, THURSDAY } from './workbench.ts';

/** What a test of sending works with; everything but the clock is there once the tests run. */
export interface Bench {
  readonly clock: MovingClock;
  readonly writing: { readonly ids: typeof systemIds; readonly clock: MovingClock };
  /** The outbox, empty before each test. */
  readonly engine: DuckdbEngine;
  readonly slack: SlackServer;
  readonly mail: MailServer;
  /** The ways out that are open: to Slack, to the mail server, or both. */
  readonly ports: NotifyPorts;
  /** One run of the worker by them. */
  run(): Promise<WorkerReport>;
}

interface Servers {
  slack: SlackServer;
  mail: MailServer;
  ports: NotifyPorts;
  engine: DuckdbEngine;
}

/** Reads what is made later. */
function read<K extends keyof Servers>(made: Partial<Servers>, name: K): Servers[K] {
  const value = made[name];
  if (value === undefined) throw new Error(`${name} is not open yet`);
  return value as Servers[K];
}

/**
 * Sets the tests of a file, or of a `describe`, up: a Slack server and a mail server for all of them, and before each of
 * them Thursday noon, nothing that was sent, no faults, and an empty outbox.
 */
export function openBench(ways: { readonly slack: boolean; readonly mail: boolean }): Bench {
  const clock = buildMovingClock(THURSDAY);
  const made: Partial<Servers> = {};
  beforeAll(async () => {
    made.slack = await openSlackServer(clock.now);
    made.mail = await openMailServer();
    const { slack, mail } = made;
    made.ports = openPorts({
      slackUrl: ways.slack ? slack.url : null,
      mailPort: ways.mail ? mail.port : null,
    });
  });
  afterAll(async () => {
    await made.slack?.close();
    await made.mail?.close();
  });
  beforeEach(async () => {
    clock.set(THURSDAY);
    const [slack, mail] = [read(made, 'slack'), read(made, 'mail')];
    slack.channels.clear();
    slack.faults.clear();
    slack.calls.length = 0;
    mail.mails.length = 0;
    mail.faults.length = 0;
    made.engine = await openState();
  });
  afterEach(() => made.engine?.close());
  return {
    clock,
    writing: { ids: systemIds, clock },
    get engine() {
      return read(made, 'engine');
    },
    get slack() {
      return read(made, 'slack');
    },
    get mail() {
      return read(made, 'mail');
    },
    get ports() {
      return read(made, 'ports');
    },
    run: () => runOnce(read(made, 'engine'), read(made, 'ports'), { clock }),
  };
}
