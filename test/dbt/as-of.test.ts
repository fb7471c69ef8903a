import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import type { ManifestNode } from '../../src/runner/index.ts';
import { openModels, openRawCopy, runModels } from './models-in-memory.ts';
import { PERIOD_CHANGES } from './period-changes.ts';

const AS_OF = '2026-03-14';

/** Earlier days, and what is special about them. */
const DAYS = {
  '2025-07-15': 'before the first survey',
  '2025-10-25': 'in a gap of most sources',
  '2026-01-31': 'the end of a month, some customers away',
  '2026-02-18': 'any day',
} as const;

/** History enough to reach all of them. */
const vars = { company_history_days: 2000, entity_history_days: 2000 };

/** Columns that say where a day lies seen from as_of. */
const SEEN_FROM_AS_OF = ['days_ago', 'is_latest', 'is_partial'];

/** Columns that rightly say what became known later. */
const COLUMNS: Readonly<Record<string, string>> = {
  'campaign_performance.campaign_name': 'a campaign goes by its latest name',
  'campaign_performance.channel':
    'a campaign shows its latest channel; metrics_marketing has that of the day',
  'int_training_snapshots.churned_in_90d': 'what became of the customer in the 90 days after',
  'int_training_snapshots.expanded_in_90d': 'what became of the customer in the 90 days after',
};

const KNOWN_AFTERWARDS =
  'is_active: days before the signup, and between leaving and coming back, get a row when it is known that the customer signs or comes back';

const MONTH_ENDS = 'metric_date = last_day(metric_date): a month that is not over has a row on as_of only';
const LATEST_ONLY = 'false: there are rows of as_of only';

const JUDGED_LATER =
  'false: a forecast is judged when its period is over; int_forecast_days is what was said on its day';

/** Rows that are held to the law, where not all are. */
const ROWS: Readonly<Record<string, string>> = {
  int_customer_state_days: KNOWN_AFTERWARDS,
  int_customer_days: KNOWN_AFTERWARDS,
  int_customer_rates: KNOWN_AFTERWARDS,
  int_product_flows:
    'false: a row is a stretch that may end later; int_segment_flow_days is what it means on each day',
  int_user_segments: MONTH_ENDS,
  user_segments: MONTH_ENDS,
  customer_health_changes: LATEST_ONLY,
  customer_next_actions: LATEST_ONLY,
  case_study_evidence: LATEST_ONLY,
  int_customer_situations: LATEST_ONLY,
  metrics_company_overview: LATEST_ONLY,
  int_forecast_looks: JUDGED_LATER,
  forecast_backtest: JUDGED_LATER,
};

/**
 * Sources fall silent for ten weeks or begin late; every fifth deal has no stage history; customers sign late, get
 * their first period late, leave and return.
 */
const CUTS = [
  "delete from raw.survey_responses where sent_at < '2025-08-01'",
  ...[
    ['raw.usage_events', 'timestamp'],
    ['raw.product_sessions', 'started_at'],
    ['raw.support_tickets', 'created_date'],
    ['raw.device_days', 'day'],
    ['raw.sales_activities', 'occurred_at'],
    ['raw.opportunity_stage_history', 'entered_at'],
    ['raw.leads', 'created_at'],
    ['marketing.campaigns_daily', 'date'],
    ['marketing.sessions', 'session_start'],
    ['marketing.conversions', 'timestamp'],
  ].map(([table, time]) => `delete from ${table} where ${time} >= '2025-09-10' and ${time} < '2025-11-20'`),
  `delete from raw.opportunity_stage_history where opp_id in (
     select opp_id from raw.gtm_opportunities qualify row_number() over (order by opp_id) % 5 = 0)`,
  `create table customer_places as
     select customer_id, row_number() over (order by customer_id) % 6 as place from raw.customers`,
  `update raw.customers set signup_date = signup_date + 30, upgrade_date = signup_date + 70
     where customer_id in (select customer_id from customer_places where place = 0)`,
  ...PERIOD_CHANGES,
];

/** The column that dates the rows of a table by day. */
function parseDayColumn(node: ManifestNode): string | undefined {
  if (node.schema === 'staging') return undefined;
  return ['metric_date', 'date'].find((name) => name in node.columns);
}

/** Some columns of a day's rows. */
interface View {
  readonly columns: readonly string[];
  readonly day: string;
}

function renderRows(node: ManifestNode, table: string, view: View): string {
  const list = view.columns.map((name) => `"${name}"`).join(', ');
  const condition = ROWS[node.name]?.split(':')[0] ?? 'true';
  return `select ${list} from ${table} where "${parseDayColumn(node)}" = '${view.day}' and ${condition}`;
}

/** How many rows of a day only one of the two builds has. */
async function countDifferences(engine: Engine, node: ManifestNode, view: View): Promise<number> {
  const then = renderRows(node, `"${node.schema}"."${node.alias}"`, view);
  const later = renderRows(node, `later."${node.name}"`, view);
  const [row] = await engine.query(
    `select (select count(*) from (${then} except all ${later}))
       + (select count(*) from (${later} except all ${then})) as n`,
  );
  return Number(row?.['n']);
}

/** The columns of a day's rows that are not what they were. */
async function listBreaches(engine: Engine, node: ManifestNode, day: string): Promise<readonly string[]> {
  const columns = Object.keys(node.columns).filter(
    (name) => !SEEN_FROM_AS_OF.includes(name) && !(`${node.name}.${name}` in COLUMNS),
  );
  if ((await countDifferences(engine, node, { columns, day })) === 0) return [];
  const breaches: string[] = [];
  for (const name of columns) {
    const count = await countDifferences(engine, node, { columns: [name], day });
    if (count > 0) breaches.push(`${node.name}.${name}: ${count}`);
  }
  return breaches.length > 0 ? breaches : [`${node.name}: the columns go otherwise together`];
}

/** A project with one model that tells every day what only as_of knows. */
function writePeekingProject(folder: string): string {
  const models = path.join(folder, 'peeking', 'models');
  fs.mkdirSync(models, { recursive: true });
  fs.writeFileSync(
    path.join(models, 'int_peeking_days.sql'),
    "{{ config(materialized='table') }} select d.metric_date, (select count(*) from {{ ref('stg_usage_events') }}) as n from {{ ref('int_days') }} as d",
  );
  fs.writeFileSync(
    path.join(models, 'peeking.yml'),
    'models: [{name: int_peeking_days, columns: [{name: metric_date}, {name: n}]}]',
  );
  return path.join(folder, 'peeking');
}

describe('the row of a day says the same in every later build', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const roots = [writePeekingProject(folder)];
  let engine: Engine;
  let tables: readonly ManifestNode[] = [];

  beforeAll(async () => {
    writeWorkspace(folder);
    const tenure = openTenure({ folder, clock: buildFixedClock('2026-03-14T20:00:00Z') });
    await tenure.generate({ preset: 'demo', customers: 30, seed: 3, asOf: AS_OF });
    engine = await openRawCopy(path.join(folder, 'raw.duckdb'));
    for (const cut of CUTS) await engine.execute(cut);
    const models = await runModels(engine, openModels({ asOf: AS_OF, vars, roots }));
    tables = models.filter((node) => parseDayColumn(node) !== undefined);
    await engine.execute('create schema later');
    for (const node of tables) {
      const days = Object.keys(DAYS).map((day) => `date '${day}'`);
      await engine.execute(
        `create table later."${node.name}" as
           select * from "${node.schema}"."${node.alias}" where "${parseDayColumn(node)}" in (${days.join(', ')})`,
      );
    }
  });
  afterAll(async () => {
    await engine?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(DAYS))('%s, %s', async (day) => {
    await runModels(engine, openModels({ asOf: day, vars, roots }));
    const breaches: string[] = [];
    let rows = 0;
    for (const node of tables) {
      breaches.push(...(await listBreaches(engine, node, day)));
      const view = { columns: [parseDayColumn(node) as string], day };
      rows += (await engine.query(renderRows(node, `later."${node.name}"`, view))).length;
    }
    expect(breaches, 'only the model that peeks').toEqual(['int_peeking_days.n: 2']);
    expect(rows, 'there is something to compare').toBeGreaterThan(500);
  });

  it('by every table of days there is, and the exceptions are of tables there are', () => {
    const names = tables.map((node) => node.name);
    expect(names).toEqual(expect.arrayContaining(['int_customer_rates', 'metrics_sales', 'metrics_api']));
    const excepted = [...Object.keys(ROWS), ...Object.keys(COLUMNS).map((name) => name.split('.')[0])];
    expect(excepted.filter((name) => !names.includes(name as string))).toEqual([]);
  });
});
