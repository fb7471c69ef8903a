import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type AlertMetrics, type AlertRule, readAlertRules } from '../../src/alerts/index.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { type Engine, openDuckdb, type Value } from '../../src/engines/index.ts';

export const PACK = path.join(PACKAGE_ROOT, 'packs', 'alerts.yml');

/** Reads rules as a workspace has them, beside an empty pack. */
export function readRules(yaml: string, metrics: AlertMetrics): readonly AlertRule[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-alerts-'));
  try {
    const [pack, own] = ['pack.yml', 'alerts.yml'].map((name) => path.join(folder, name)) as [string, string];
    fs.writeFileSync(pack, 'alerts: []\n');
    fs.writeFileSync(own, yaml);
    return readAlertRules({ pack, own, metrics });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One rule, its settings as YAML in braces. */
export function readRule(settings: string, metrics: AlertMetrics): AlertRule {
  const [rule] = readRules(`alerts:\n  - {name: rule, metric: figure, ${settings}}\n`, metrics);
  if (rule === undefined) throw new Error('no rule was read');
  return rule;
}

export type Point = readonly [entity: string, day: string, value: number | string | null, planTier?: string];

/** A warehouse of one metric, in memory: `series`, or `states` where the values are texts. */
export async function fillWarehouse(engine: Engine, points: readonly Point[], asOf: string): Promise<void> {
  await engine.execute(`
    drop table if exists series; drop table if exists states;
    drop table if exists int_days; drop table if exists source_watermarks;
    create table series (entity_id varchar(100), metric_date date, value double precision, plan_tier varchar(20));
    create table states (entity_id varchar(100), metric_date date, value varchar(100), plan_tier varchar(20));
    create table int_days (metric_date date);
    create table source_watermarks (source_name varchar(100), last_event_date date);
    insert into int_days values ('${asOf}')`);
  const isState = points.some(([, , value]) => typeof value === 'string');
  const rows: Value[][] = points.map(([entity, day, value, tier]) => [entity, day, value, tier ?? 'starter']);
  const name = isState ? 'states' : 'series';
  const schema = await findSchema(engine, name);
  const columns = ['entity_id', 'metric_date', 'value', 'plan_tier'];
  if (rows.length > 0) await engine.writeRows({ schema, name, columns }, rows);
}

async function findSchema(engine: Engine, name: string): Promise<string> {
  const found = (await engine.listRelations()).find((relation) => relation.name === name);
  return found?.schema ?? 'main';
}

/** The application state, in memory. */
export async function openEmptyState(): Promise<Engine> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(fs.readFileSync(path.join(PACKAGE_ROOT, 'schema', '000004-alerts.sql'), 'utf8'));
  return engine;
}

/** The day so many days after a day. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Values of an entity on days in a row. */
export function listPoints(entity: string, firstDay: string, values: readonly (number | null)[]): Point[] {
  return values.map((value, index) => [entity, shiftDay(firstDay, index), value]);
}
