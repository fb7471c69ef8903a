import { type ChildProcessByStdio, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, type Tenure } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import { defaultNotifySettings, enqueueAlerts } from '../../src/notify/index.ts';
import { openSlackServer, type SlackServer } from '../notify/slack-server.ts';
import { buildInput, buildItem, buildMember, THURSDAY } from '../notify/workbench.ts';
import { openChild } from '../shared/compiled.ts';
import { listPostgresBinaries, type PostgresServer, startPostgres } from './postgres-server.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

const binaries = listPostgresBinaries();
const LEASE_MINUTES = 6;
/** So many that each conversation stays short: a long one is not looked through to its end at once. */
const MEMBERS = Array.from({ length: 20 }, (_, index) => buildMember(`csm${index}`));
const SETTINGS = { ...defaultNotifySettings, daily_budget: 10_000 };

describe.skipIf(binaries === null)(
  'processes that share a workspace in PostgreSQL (install the package postgresql to run this)',
  () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    const clockFile = path.join(root, 'clock');
    const children: Child[] = [];
    let now = Date.parse(THURSDAY);
    let server: PostgresServer;
    let slack: SlackServer;
    let program: string;
    let state: Engine;
    let tenure: Tenure;

    function writeClock(): void {
      // In one step: a process that reads meanwhile sees one time or the other.
      fs.writeFileSync(`${clockFile}.new`, new Date(now).toISOString());
      fs.renameSync(`${clockFile}.new`, clockFile);
    }

    function readEnvironment(): Record<string, string> {
      return {
        TENURE_DATABASE_URL: server.connectionString,
        SLACK_BOT_TOKEN: 'xoxb-test-token',
        SLACK_API_URL: slack.url,
      };
    }

    /** A folder of its own with the same settings, as on another machine. */
    function makeFolder(name: string): string {
      const folder = path.join(root, name);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'tenure.yml'), 'target: postgres\nas_of: 2026-03-14\n');
      return folder;
    }

    function start(work: 'serve' | 'build', name: string): Child {
      const child = spawn(process.execPath, [program, work, makeFolder(name), clockFile], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...readEnvironment() },
      });
      children.push(child);
      return child;
    }

    /** Waits until a process has said something, or has ended. */
    async function waitForText(child: Child, text: string): Promise<string> {
      let said = '';
      child.stderr.on('data', (part: Buffer) => {
        said += part.toString();
      });
      for await (const part of child.stdout) {
        said += part.toString();
        if (said.includes(text)) break;
      }
      return said;
    }

    async function waitUntil(isDone: () => Promise<boolean> | boolean, what: string): Promise<void> {
      for (let round = 0; round < 600; round += 1) {
        if (await isDone()) return;
        await wait(100);
      }
      const left = await state.query(
        `select state, state_reason, attempts, failures, last_error, next_attempt_at, deliver_after
         from notifications where state <> 'sent' limit 3`,
      );
      throw new Error(`${what} did not come about: ${JSON.stringify(left)}`);
    }

    async function enqueue(label: string, count: number): Promise<void> {
      const items = Array.from({ length: count }, (_, index) =>
        buildItem(`${label} ${index}`, { csmId: MEMBERS[index % MEMBERS.length]?.memberId ?? null }),
      );
      const writing = { ids: systemIds, clock: { now: () => now } };
      await state.transaction(() =>
        enqueueAlerts(state, { ...buildInput(items, SETTINGS), members: MEMBERS }, writing),
      );
    }

    async function countByState(): Promise<Readonly<Record<string, number>>> {
      const rows = await state.query('select state, count(*) as n from notifications group by state');
      return Object.fromEntries(rows.map((row) => [String(row['state']), Number(row['n'])]));
    }

    beforeAll(async () => {
      server = startPostgres(binaries ?? '');
      slack = await openSlackServer(() => now);
      program = await openChild('conformance/serve-child.ts');
      writeClock();
      tenure = openTenure({
        folder: makeFolder('parent'),
        clock: { now: () => now },
        environment: readEnvironment(),
      });
      await tenure.listRuns();
      state = await openPostgres({
        connectionString: server.connectionString,
        searchPath: ['tenure_state'],
      });
    });

    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL');
      await state?.close();
      await slack?.close();
      server?.stop();
      fs.rmSync(root, { recursive: true, force: true });
    });

    it('send every alert once, though one of them is killed again and again', async () => {
      const survivor = start('serve', 'survivor');
      expect(await waitForText(survivor, 'serving')).toContain('serving');
      let expected = 0;
      for (let round = 0; round < 4; round += 1) {
        const victim = start('serve', `victim ${round}`);
        expect(await waitForText(victim, 'serving')).toContain('serving');
        const before = slack.listKeys().length;
        await enqueue(`round ${round}`, 40);
        expected += 40;
        // In the middle of it, at another point each time.
        await waitUntil(() => slack.listKeys().length > before + 3 + 5 * round, 'the sending');
        victim.kill('SIGKILL');
      }
      // What the killed ones held is free again after its lease.
      now += LEASE_MINUTES * 60_000;
      writeClock();
      await waitUntil(async () => {
        // Time goes on, for what is to be tried again later.
        now += 1000;
        writeClock();
        return (await countByState())['sent'] === expected;
      }, 'the end of the sending');
      const keys = slack.listKeys();
      expect(keys).toHaveLength(expected);
      expect(new Set(keys).size).toBe(expected);
      expect(await countByState()).toEqual({ sent: expected });
      survivor.kill('SIGKILL');
    });

    it('build one after the other, and a killed build leaves the last good warehouse serving', async () => {
      await tenure.load({ paths: [path.join(PACKAGE_ROOT, 'examples', 'acme', 'data')] });
      const first = start('build', 'first');
      expect(await waitForText(first, 'published')).toContain('published');
      const ask = async () => {
        const rows: unknown[] = [];
        for await (const chunk of tenure.stream('select count(*) as n from metrics_unified_domains'))
          rows.push(...chunk.rows);
        return rows;
      };
      const good = await ask();
      const builtAt = (await tenure.status()).builtAt;
      now += 60_000;
      writeClock();
      const killed = start('build', 'killed');
      expect(await waitForText(killed, 'int_customer_days')).toContain('int_customer_days');
      killed.kill('SIGKILL');
      expect(await ask()).toEqual(good);
      expect((await tenure.status()).builtAt).toBe(builtAt);
      now += 60_000;
      writeClock();
      const [one, other] = [start('build', 'one'), start('build', 'other')];
      const ends = await Promise.all([one, other].map((child) => waitForText(child, 'published')));
      for (const end of ends) expect(end).toContain('published');
      expect(await ask()).toEqual(good);
      const runs = await tenure.listRuns();
      // The latest first; the last two began at one time of the test's clock.
      expect(runs.filter(({ kind }) => kind === 'build').map(({ status }) => status)).toEqual([
        'ok',
        'ok',
        'interrupted',
        'ok',
      ]);
      const left = await state.query(
        `select nspname from pg_namespace where nspname like 'tenure_%' order by 1`,
      );
      expect(left.map((row) => row['nspname'])).toEqual(['tenure_state', 'tenure_warehouse']);
    });
  },
);
