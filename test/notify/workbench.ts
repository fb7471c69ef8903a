import fs from 'node:fs';
import path from 'node:path';
import type { Chance, Clock, Ids } from '../../src/base/index.ts';
import { systemIds } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import {
  type AlertItem,
  defaultNotifySettings,
  type MilestoneCard,
  type NotifyPorts,
  type NotifySettings,
  openNotifyPorts,
  runWorkerOnce,
  type TeamMember,
  type WorkerReport,
} from '../../src/notify/index.ts';

const SCHEMA = path.resolve(import.meta.dirname, '..', '..', 'schema');

/** A clock that a test moves. */
export interface MovingClock extends Clock {
  pass(seconds: number): void;
  set(isoTime: string): void;
}

export function buildMovingClock(isoTime: string): MovingClock {
  let at = Date.parse(isoTime);
  return {
    now: () => at,
    pass: (seconds) => {
      at += seconds * 1000;
    },
    set: (text) => {
      at = Date.parse(text);
    },
  };
}

export const halfChance: Chance = { next: () => 0.5 };

/** A Thursday noon in UTC. */
export const THURSDAY = '2026-01-29T12:00:00Z';

/** Brings the tables of the application state into place, as the app does. */
export async function runSchema(engine: Engine): Promise<void> {
  for (const name of fs.readdirSync(SCHEMA).sort())
    await engine.execute(fs.readFileSync(path.join(SCHEMA, name), 'utf8'));
}

export async function openState(file = ':memory:') {
  const engine = await openDuckdb({ path: file, alias: 'state' });
  await runSchema(engine);
  return engine;
}

/** The PRD's own example (seed 000, section 5.1). */
export const GROWTHCORP: MilestoneCard = {
  milestoneId: '7b7e4f3a-0f6e-4c5e-9a55-0d6f1f0f7a01',
  customerName: 'GrowthCorp',
  title: '1 Million API Calls',
  detail: 'API usage reached 1,000,000 calls',
  achievedAt: '2026-01-29T09:14:00Z',
  timeToMilestone: '8 months',
  customerSince: 'May 2025',
  arr: 65_000,
  health: { score: 85, band: 'Excellent' },
  ideas: [
    { emoji: 'email', text: 'Send congratulations email' },
    { emoji: 'bird', text: 'Social media shoutout (with permission)' },
    { emoji: 'gift', text: 'Consider milestone gift' },
    { emoji: 'memo', text: 'Invite to case study participation' },
  ],
};

export function buildMember(memberId: string, change: Partial<TeamMember> = {}): TeamMember {
  return {
    memberId,
    name: memberId,
    email: `${memberId}@tenure.example`,
    slackId: `U${memberId.toUpperCase()}`,
    timezone: 'UTC',
    activeFrom: null,
    activeTo: null,
    managerId: null,
    ...change,
  };
}

export const ANA = buildMember('ana', { managerId: 'max' });
export const MAX = buildMember('max');

export function buildItem(dedupeKey: string, change: Partial<AlertItem> = {}): AlertItem {
  return {
    dedupeKey,
    customerId: 'growthcorp',
    subjectId: `subject of ${dedupeKey}`,
    csmId: 'ana',
    worth: 65_000,
    line: `GrowthCorp: ${dedupeKey}`,
    content: { kind: 'milestone', card: { ...GROWTHCORP, milestoneId: `id of ${dedupeKey}` } },
    ...change,
  };
}

export const OPEN_CHANNELS = { slack: true, email: true };

/** Input of `enqueueAlerts` for some items, with Ana as the CSM. */
export function buildInput(items: readonly AlertItem[], settings: NotifySettings = defaultNotifySettings) {
  return { items, members: [ANA, MAX], settings, channels: OPEN_CHANNELS };
}

export interface Providers {
  readonly slackUrl: string | null;
  readonly mailPort: number | null;
  /** `user:password` for the mail server. */
  readonly mailLogin?: string;
  readonly timeoutMs?: number;
}

/** The real ports, to the loopback servers. */
export function openPorts({ slackUrl, mailPort, mailLogin, timeoutMs = 3000 }: Providers): NotifyPorts {
  return openNotifyPorts({
    settings: {
      ...defaultNotifySettings,
      email: { ...defaultNotifySettings.email, from: 'Tenure <success@tenure.example>' },
    },
    secrets: {
      slackBotToken: slackUrl === null ? null : 'xoxb-test-token',
      slackSigningSecret: null,
      smtpUrl:
        mailPort === null
          ? null
          : `smtp://${mailLogin === undefined ? '' : `${mailLogin}@`}127.0.0.1:${mailPort}`,
      slackApiUrl: slackUrl,
    },
    timeoutMs,
  });
}

export interface RunOptions {
  readonly clock: Clock;
  readonly ids?: Ids;
  readonly limit?: number;
}

export function runOnce(
  engine: Engine,
  ports: NotifyPorts,
  { clock, ids = systemIds, limit = 500 }: RunOptions,
): Promise<WorkerReport> {
  return runWorkerOnce(engine, ports, { clock, ids, chance: halfChance, limit });
}

/** How many rows there are in each state. */
export async function countStates(engine: Engine): Promise<Readonly<Record<string, number>>> {
  const rows = await engine.query('select state, count(*) as n from notifications group by state');
  return Object.fromEntries(rows.map((row) => [String(row['state']), Number(row['n'])]));
}
