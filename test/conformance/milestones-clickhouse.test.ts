import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothDatabases, withBothDatabases } from '../../src/app/both-databases.ts';
import { buildCelebrationVerbs } from '../../src/app/celebrate.ts';
import { type TenureContext, withState } from '../../src/app/context.ts';
import {
  fetchUpcomingMilestones,
  listWorkspaceMilestones,
  previewMilestones,
  runMilestoneDetection,
} from '../../src/app/milestones.ts';
import { runMigrations } from '../../src/app/storage/migrations-store.ts';
import { prepareMirror } from '../../src/app/storage/mirror-store.ts';
import type { Storage } from '../../src/app/storage/storage.ts';
import { buildContext } from '../../src/app/tenure.ts';
import { buildFixedClock, type Ids } from '../../src/base/index.ts';
import { type Engine, openClickhouse, openDuckdb, openPostgres, type Row } from '../../src/engines/index.ts';
import { listDefinitions, runDetection } from '../../src/milestones/index.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { copyWarehouse } from './chdb-warehouse.ts';
import { type ClickhouseServer, startClickhouse } from './clickhouse-server.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

/** What nothing else in the demo company looks for. */
const DEFINITIONS = `
- type: time
  name: Every 400 days
  condition: { metric: tenure_days, every: 400 }
  segment: { plan_tier: [growth, enterprise], industry: [fintech, healthtech, saas] }
  title: "{number} days"
  detail: Customer for {amount}
  unit: day
- type: usage
  name: Events of small customers
  condition: { metric: events, operator: ">", thresholds: [500, 5000] }
  segment: { segment: [smb], plan_tier: [starter, growth] }
  title: "{number} events"
  detail: "{number} events came"
- type: adoption
  name: Quiet for two weeks
  condition: { metric: daily_active_users, operator: "<", threshold: 1, hold_days: 14 }
  title: Quiet
  detail: Nobody came for two weeks
- type: custom
  name: Answers of enterprises
  condition: { metric: answers, sql_model: answers_by_day, thresholds: [1, 4], hold_days: 2 }
  segment: { plan_tier: [enterprise] }
  title: "{ordinal} answer"
  detail: "{number} surveys were answered"
- type: business
  name: Second expansion
  condition: { metric: expansions, every: 2 }
  title: "{ordinal} expansion"
  detail: "{amount} so far"
`;

/** One reads a model that fails while it runs, the other does not. */
const BROKEN = `
- type: custom
  name: Broken
  condition: { metric: broken, sql_model: broken_by_day, thresholds: [1, 2] }
  title: Broken
  detail: Broken
- type: custom
  name: Whole
  condition: { metric: answers, sql_model: answers_by_day, threshold: 2 }
  title: Whole
  detail: Whole
`;

/** A view over the ledger that fails on its last days. */
const BROKEN_MODEL = (ledger: string, value: string) =>
  `create view main.broken_by_day as select customer_id, metric_date as day, ${value} as value from ${ledger}`;

/** What milestones are looked for in, and told by. */
const READ = [
  'int_customers',
  'int_customer_tiers',
  'int_customer_days',
  'int_customer_success_days',
  'int_customer_rates',
  'int_customer_moments',
  'int_customer_profiles',
  'int_restated_customers',
  'stg_usage_events',
  'stg_users',
  'stg_customers',
  'stg_team_members',
  'customer_health_changes',
  'answers_by_day',
  'case_study_evidence',
  'stg_survey_responses',
];

const MARK = { id: 'b', continues: null, asOf: DEMO_DAY, fingerprint: 'f' };

/** The same ids in the same order. */
function buildIds(): Ids {
  let last = 0;
  return { next: () => `00000000-0000-4000-8000-${String(++last).padStart(12, '0')}` };
}

function openContext(folder: string, replace: (storage: Storage) => Partial<Storage>): TenureContext {
  const environment = { SLACK_BOT_TOKEN: 'xoxb-test' };
  const clock = buildFixedClock(`${DEMO_DAY}T20:00:00Z`);
  const context = buildContext({ folder, clock, environment, ids: buildIds() });
  return { ...context, storage: { ...context.storage, ...replace(context.storage) } };
}

/** Where a state lies that is not the warehouse's database. */
interface ApartState {
  openState?(): Promise<Engine>;
  /** The state's tables alone, and with the copies of models after them. */
  readonly path: string;
  readonly pathWithMirror: string;
}

const binaries = listPostgresBinaries();
const server = hasChdb && binaries !== null ? startPostgres(binaries) : null;

const STATES: readonly (ApartState & { readonly name: string })[] = [
  { name: 'DuckDB', path: 'state.main', pathWithMirror: `'state.main,state.tenure_mirror_next'` },
  ...(server === null
    ? []
    : [
        {
          name: 'PostgreSQL',
          path: 'public',
          pathWithMirror: 'public, tenure_mirror_next',
          openState: async () => {
            const state = await openPostgres({ connectionString: server.connectionString });
            await runMigrations(state);
            return state;
          },
        },
      ]),
];

/** What `work` finds in the state and the warehouse of a workspace. */
function useBoth<T>(context: TenureContext, work: (both: BothDatabases) => Promise<T>): Promise<T> {
  return withState(context, (state) => withBothDatabases(context, state, work));
}

/** All findings of a look at the days since one. */
function listFindings(context: TenureContext, since: string | null): Promise<readonly Row[]> {
  return useBoth(context, async ({ mark, ...engines }) => {
    const definitions = await listDefinitions(engines.state);
    const { waiting } = await runDetection(engines, { definitions, asOf: mark.asOf, since });
    expect(waiting).toEqual([]);
    return engines.state.query('select * from milestones_detected order by id');
  });
}

/** Has every finding that was told look as if it had been another moment before, and looks again. */
async function findMoved(context: TenureContext): Promise<unknown> {
  await withState(context, (state) =>
    state.execute(
      `update customer_milestones set achieved_at = achieved_at - interval '90 minutes' where not is_historical`,
    ),
  );
  return runMilestoneDetection(context);
}

async function fetchLatestId(context: TenureContext): Promise<string> {
  const [latest] = await listWorkspaceMilestones(context, { limit: 1 });
  return String(latest?.['id']);
}

async function celebrateFirst(context: TenureContext): Promise<unknown> {
  const milestoneId = await fetchLatestId(context);
  const verbs = buildCelebrationVerbs(context);
  await verbs.draft({ milestoneId, kind: 'email', by: 'Ada' });
  return verbs.done({ milestoneId, how: 'call', by: 'Ada' });
}

const FOUND_BY_DEFINITION = 'how much each definition found';

/** What a preview finds where a model of the user's own fails. */
async function previewBroken(context: TenureContext): Promise<unknown> {
  const file = { name: 'broken.yml', text: BROKEN };
  const { findings, waiting } = await previewMilestones(context, { file, limit: 2000 });
  expect(waiting.map(({ name, hint }) => [name, hint])).toEqual([['Broken', 'Correct the model.']]);
  return findings;
}

/** Everything that is asked of milestones, one after the other. */
const QUESTIONS: Readonly<Record<string, (context: TenureContext) => Promise<unknown>>> = {
  'a first detection': runMilestoneDetection,
  'what it recorded': (context) =>
    withState(context, (state) => state.query('select * from customer_milestones order by id')),
  'whom it told': (context) =>
    withState(context, (state) => state.query('select * from notifications order by dedupe_key')),
  [FOUND_BY_DEFINITION]: (context) =>
    withState(context, (state) =>
      state.query(
        `select definitions.name, count(milestones.id) as n from milestone_definitions as definitions
         left join customer_milestones as milestones on definitions.id = milestones.definition_id group by 1 order by 1`,
      ),
    ),
  'the findings since a day, and of what was stated again': (context) => listFindings(context, '2026-02-01'),
  'a detection that finds moments moved': findMoved,
  'the cards it renewed': (context) =>
    withState(context, (state) => state.query('select * from notifications order by dedupe_key')),
  'a list': (context) => listWorkspaceMilestones(context, { limit: 2000, hasRevoked: true }),
  'the list of an owner': async (context) => {
    const [first] = await listWorkspaceMilestones(context);
    const ownerId = String(first?.['owner_id']);
    return listWorkspaceMilestones(context, { ownerId, type: 'usage', since: '2025-06-01' });
  },
  'what is expected': (context) => fetchUpcomingMilestones(context),
  'what is expected within a year': (context) => fetchUpcomingMilestones(context, { days: 365 }),
  'a draft for a customer': (context) => celebrateFirst(context),
  'the desk of a milestone': async (context) =>
    buildCelebrationVerbs(context).show(await fetchLatestId(context)),
  'the report of celebrations': (context) => buildCelebrationVerbs(context).report({ from: '2025-01-01' }),
  'candidates for case studies': (context) => buildCelebrationVerbs(context).exportCandidates(),
  'a preview': (context) => previewMilestones(context, { limit: 2000 }),
  'a preview of one': (context) => previewMilestones(context, { name: 'Every 400 days', limit: 20 }),
  'a preview with a model that fails': previewBroken,
};

/** Numbers to nine places after the point. */
function roundNumbers(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (_, value) => (typeof value === 'number' ? Number(value.toFixed(9)) : value)),
  );
}

async function answerAll(context: TenureContext): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  for (const [question, ask] of Object.entries(QUESTIONS))
    answers[question] = roundNumbers(await ask(context));
  return answers;
}

describe.skipIf(!hasChdb)(`milestones with the warehouse on ClickHouse (${CHDB_MISSING})`, () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  let clickhouseServer: ClickhouseServer;
  let clickhouse: Awaited<ReturnType<typeof openClickhouse>>;
  let schemas: ReadonlyMap<string, string>;
  let sessions = 0;
  let expected: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    const folder = path.join(root, 'here');
    await copyDemo(folder);
    fs.rmSync(path.join(folder, 'state.duckdb'));
    fs.appendFileSync(path.join(folder, 'milestones.yml'), DEFINITIONS);
    const duckdb = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb') });
    // Some customers were stated again, from days of their own.
    await duckdb.execute(`update intermediate.int_restated_customers
      set restate_from = date '2025-03-01' + cast(hash(customer_id) % 300 as integer) where hash(customer_id) % 3 = 0`);
    clickhouseServer = await startClickhouse();
    clickhouse = await openClickhouse({ url: clickhouseServer.url });
    schemas = await copyWarehouse(duckdb, clickhouse, READ);
    await duckdb.execute(
      BROKEN_MODEL(
        'intermediate.int_customer_days',
        `case when metric_date > date '2026-03-01' then error('no figure') else 2 end`,
      ),
    );
    await duckdb.close();
    await clickhouse.execute(
      BROKEN_MODEL(
        'tenure_7_intermediate.int_customer_days',
        `throwIf(metric_date > date '2026-03-01', 'no figure') + 2`,
      ).replace('main.', 'tenure_7_main.'),
    );
    expected = await answerAll(openContext(folder, () => ({})));
  }, 300_000);

  afterAll(async () => {
    await clickhouse?.close();
    await clickhouseServer?.stop();
    server?.stop();
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** Lets `work` use a state and the warehouse of ClickHouse, which the state has its copies of. */
  async function withApart<T>(
    state: Engine,
    { path: own, pathWithMirror }: ApartState,
    work: (warehouse: Engine) => Promise<T>,
  ) {
    const warehouse = await clickhouse.connectTo({ schemas, session: `beside ${++sessions}` });
    await prepareMirror({ warehouse, state, scratchPath: path.join(root, 'mirrored') });
    await state.execute(`set search_path = ${pathWithMirror}`);
    try {
      const done = await work(warehouse);
      const left = await warehouse.query('select name from system.tables where is_temporary = 1');
      expect(left).toEqual([]);
      return done;
    } finally {
      await state.execute(`set search_path = ${own}`);
    }
  }

  describe.each(STATES)('and the state in $name', (place) => {
    let found: Readonly<Record<string, unknown>>;

    beforeAll(async () => {
      const folder = path.join(root, `beside ${place.name}`);
      fs.mkdirSync(folder);
      for (const file of ['tenure.yml', 'milestones.yml', 'notify.yml'])
        fs.copyFileSync(path.join(root, 'here', file), path.join(folder, file));
      found = await answerAll(
        openContext(folder, ({ openState }) => ({
          openState: place.openState ?? openState,
          open: () => clickhouse.connectTo({ schemas }),
          withWarehouse: (state, work) =>
            withApart(state, place, (warehouse) => work({ mark: MARK, warehouse })),
        })),
      );
    }, 300_000);

    it('find something by every definition', () => {
      const counts = found[FOUND_BY_DEFINITION] as readonly Row[];
      expect(counts.length).toBeGreaterThan(20);
      expect(counts.filter(({ n }) => n === 0)).toEqual([]);
    });

    it.each(Object.keys(QUESTIONS))('give the same for %s', (question) => {
      expect(found[question]).toEqual(expected[question]);
      expect(JSON.stringify(found[question])?.length).toBeGreaterThan(100);
    });
  });
});
