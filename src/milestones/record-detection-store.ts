import { type Clock, quoteLiteral, utcTime } from '../base/index.ts';
import type { Engine, Value } from '../engines/index.ts';
import { listThresholds, type StoredDefinition } from './definition.ts';
import { ALL_DAYS, type AskedScope, renderScopeJoin, renderScopeStart } from './detection-scope-store.ts';
import { renderWording } from './render-wording.ts';
import type { Detection } from './run-detection-store.ts';

/** How a run is written down. */
export interface RecordOptions {
  readonly runId: string;
  readonly clock: Clock;
  /** What was achieved more days before the last known day than this is history and told to nobody. */
  readonly alertWindowDays: number;
  /** What the warehouse and the definitions were, so that the next run knows whether it can go on. */
  readonly buildMark: string;
  readonly definitionsMark: string;
}

/** What a run changed. */
export interface DetectionCounts {
  readonly recorded: number;
  readonly historical: number;
  readonly moved: number;
  readonly revoked: number;
  readonly restored: number;
}

/** A milestone that nobody was told of yet: of several of one definition, the highest. */
export interface NewMilestone {
  readonly id: string;
  readonly customerId: string;
  readonly definitionId: string;
  readonly occurrence: string;
  readonly name: string;
  readonly achievedAt: string;
  /** `day`: a figure of a whole day, which begins at `achievedAt` in UTC. */
  readonly precision: 'event' | 'day';
}

/** A milestone that may have been told, and is no longer what was told. */
export interface ChangedMilestone {
  readonly id: string;
  readonly customerId: string;
  /** Null where it is revoked. */
  readonly achievedAt: string | null;
  readonly precision: 'event' | 'day';
  readonly reason: string;
}

/** What a run wrote down. */
export interface RecordedDetection {
  readonly counts: DetectionCounts;
  readonly told: readonly NewMilestone[];
  readonly changed: readonly ChangedMilestone[];
}

const OWN_TABLES = [
  'milestones_named',
  'milestones_new',
  'milestones_moved',
  'milestones_gone',
  'milestones_evaluated',
];

/** From so many new milestones on the index is built over them: row by row it takes three times as long. */
const BULK = 200_000;

/** Builds the index over the ids where a bulk was cut short before it. */
export async function restoreMilestoneIndex(state: Engine): Promise<void> {
  await state.execute('create unique index if not exists customer_milestones_id on customer_milestones (id)');
}

/**
 * Records a detection by `record`, which runs `recordDetection` by `runAlone`. Of a large one the index is taken away before
 * and built after; should the process end between, `restoreMilestoneIndex` does it when the state is opened next.
 */
export async function recordLarge<T>(state: Engine, record: () => Promise<T>): Promise<T> {
  const [row] = await state.query('select count(*) as n from milestones_detected');
  if (Number(row?.['n']) < BULK) return record();
  await state.execute('drop index if exists customer_milestones_id');
  try {
    return await record();
  } finally {
    await restoreMilestoneIndex(state);
  }
}

async function writeNames(engine: Engine, definitions: ReadonlyMap<string, StoredDefinition>): Promise<void> {
  await engine.execute(`create temporary table milestones_named (
    definition_id uuid, occurrence text, milestone_type text, milestone_name text, definition_version integer, height double precision)`);
  const pairs = await engine.query(
    'select distinct definition_id, occurrence from milestones_detected order by 1, 2',
  );
  const rows = pairs.map((pair): readonly Value[] => {
    const occurrence = String(pair['occurrence']);
    const definition = definitions.get(String(pair['definition_id']));
    if (definition === undefined) throw new TypeError(`no definition ${pair['definition_id']}`);
    const isFalling = (definition.condition.operator ?? '>=').startsWith('<');
    const { title } = renderWording(definition, Number(occurrence));
    const height = Number(occurrence) * (isFalling ? -1 : 1);
    return [definition.id, occurrence, definition.type, title, definition.version, height];
  });
  for (const row of rows) {
    await engine.execute(
      'insert into milestones_named values (cast($1 as uuid), $2, $3, $4, $5, cast($6 as double precision))',
      row,
    );
  }
}

/** What this run looked at: only of that may anything be gone. */
async function writeEvaluated(engine: Engine, { planned }: Detection): Promise<void> {
  await engine.execute(
    'create temporary table milestones_evaluated (definition_id uuid, occurrence text, version integer)',
  );
  for (const { definition } of planned) {
    const thresholds = listThresholds(definition.condition);
    const occurrences = definition.condition.every === undefined ? thresholds.map(String) : [null];
    for (const occurrence of occurrences) {
      await engine.execute('insert into milestones_evaluated values (cast($1 as uuid), $2, $3)', [
        definition.id,
        occurrence,
        definition.version,
      ]);
    }
  }
}

/** Only what is asked of new ones: in the first run of years of history there are millions. */
const NEW = `create temporary table milestones_new as
  select detected.id, detected.achieved_at from milestones_detected as detected
  where not exists (select 1 from customer_milestones as stored where stored.id = detected.id)`;

const NAMED = `inner join milestones_named as named
    on detected.definition_id = named.definition_id and detected.occurrence = named.occurrence`;

function compileMoved(scope: AskedScope): string {
  const start = renderScopeStart(scope);
  return `create temporary table milestones_moved as
    select stored.id, stored.achieved_at as achieved_before, detected.achieved_at as achieved_after, detected.achieved_precision,
      stored.revoked_at is not null as is_restored
    from customer_milestones as stored
    inner join milestones_detected as detected on stored.id = detected.id
    ${renderScopeJoin(scope, 'stored')}
    where stored.revoked_at is not null
      or (stored.achieved_at <> detected.achieved_at
        and (stored.achieved_at >= ${start} or detected.achieved_at < stored.achieved_at))`;
}

function compileGone(scope: AskedScope): string {
  return `create temporary table milestones_gone as
    select stored.id, stored.achieved_at as achieved_before,
      case when stored.definition_version <> evaluated.version then 'the definition changed' else 'the data changed' end as reason
    from customer_milestones as stored
    inner join milestones_evaluated as evaluated
      on stored.definition_id = evaluated.definition_id
      and (evaluated.occurrence is null or stored.occurrence = evaluated.occurrence)
    ${renderScopeJoin(scope, 'stored')}
    where stored.revoked_at is null and stored.achieved_at >= ${renderScopeStart(scope)}
      and not exists (select 1 from milestones_detected as detected where detected.id = stored.id)`;
}

async function changeStored(engine: Engine, now: string, runId: string): Promise<void> {
  const at = `cast(${quoteLiteral(now)} as timestamptz)`;
  const run = quoteLiteral(runId);
  await engine.execute(`insert into milestone_changes (milestone_id, changed_at, run_id, change, achieved_before, achieved_after, reason)
    select id, ${at}, ${run}, case when is_restored then 'restored' else 'moved' end, achieved_before, achieved_after, 'the data changed'
    from milestones_moved
    union all
    select id, ${at}, ${run}, 'revoked', achieved_before, null, reason from milestones_gone`);
  await engine.execute(`update customer_milestones as stored
    set achieved_at = moved.achieved_after, achieved_precision = moved.achieved_precision, revoked_at = null, revoked_reason = null
    from milestones_moved as moved where stored.id = moved.id`);
  await engine.execute(`update customer_milestones as stored
    set revoked_at = ${at}, revoked_reason = gone.reason
    from milestones_gone as gone where stored.id = gone.id`);
}

/** The moment before which a milestone is history. */
function renderWindow({ dialect }: Engine, { range }: Detection, { alertWindowDays }: RecordOptions): string {
  return dialect.startOfDay(`cast(${quoteLiteral(range.end)} as date) - ${Math.trunc(alertWindowDays)}`);
}

async function insertNew(
  engine: Engine,
  detection: Detection,
  options: RecordOptions & DetectionCounts,
): Promise<void> {
  const isAllNew = options.recorded === (await fetchCount(engine, 'milestones_detected'));
  await engine.execute(
    `insert into customer_milestones (id, customer_id, milestone_type, milestone_name, milestone_value, achieved_at, created_at,
       definition_id, definition_version, occurrence, achieved_precision, detected_at, data_as_of, is_historical)
     select detected.id, detected.customer_id, named.milestone_type, named.milestone_name, detected.occurrence,
       detected.achieved_at, cast($1 as timestamptz), detected.definition_id, named.definition_version, detected.occurrence,
       detected.achieved_precision, cast($1 as timestamptz), cast($2 as date),
       detected.achieved_at < ${renderWindow(engine, detection, options)}
     from milestones_detected as detected
     ${NAMED}
     ${isAllNew ? '' : 'where detected.id in (select id from milestones_new)'}`,
    [utcTime(options.clock), detection.range.end],
  );
}

async function fetchCount(engine: Engine, from: string): Promise<number> {
  const [row] = await engine.query(`select count(*) as n from ${from}`);
  return Number(row?.['n']);
}

async function fetchCounts(engine: Engine, window: string): Promise<DetectionCounts> {
  return {
    recorded: await fetchCount(engine, 'milestones_new'),
    historical: await fetchCount(engine, `milestones_new where achieved_at < ${window}`),
    moved: await fetchCount(engine, 'milestones_moved where not is_restored'),
    restored: await fetchCount(engine, 'milestones_moved where is_restored'),
    revoked: await fetchCount(engine, 'milestones_gone'),
  };
}

/** Milestones to tell: recorded by this run within the alert window, of each definition and customer the highest. */
async function fetchTold(engine: Engine, window: string): Promise<readonly NewMilestone[]> {
  const rows = await engine.query(
    `select cast(id as text) as id, customer_id, cast(definition_id as text) as definition_id, occurrence, milestone_name,
       achieved_at, achieved_precision
     from (
       select detected.*, named.milestone_name,
         row_number() over (partition by detected.customer_id, detected.definition_id order by named.height desc) as place
       from milestones_detected as detected
       inner join (select id from milestones_new where achieved_at >= ${window}) as fresh on detected.id = fresh.id
       ${NAMED}
     ) as ranked where place = 1 order by achieved_at, ranked.id`,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    customerId: String(row['customer_id']),
    definitionId: String(row['definition_id']),
    occurrence: String(row['occurrence']),
    name: String(row['milestone_name']),
    achievedAt: String(row['achieved_at']),
    precision: row['achieved_precision'] === 'day' ? 'day' : 'event',
  }));
}

async function fetchChanged(engine: Engine): Promise<readonly ChangedMilestone[]> {
  const rows = await engine.query(
    `select changed.id, changed.achieved_at, changed.reason, stored.customer_id, stored.achieved_precision from (
       select id, achieved_after as achieved_at, 'the data changed' as reason from milestones_moved
       union all
       select id, null, reason from milestones_gone
     ) as changed
     inner join customer_milestones as stored on changed.id = stored.id
     where not stored.is_historical order by changed.id`,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    customerId: String(row['customer_id']),
    achievedAt: row['achieved_at'] === null ? null : String(row['achieved_at']),
    precision: row['achieved_precision'] === 'day' ? 'day' : 'event',
    reason: String(row['reason']),
  }));
}

/**
 * Writes down what `runDetection` found: new milestones, those whose moment moved, and those that no longer are. Part of the
 * caller's transaction, so that what is told of them stands or falls with them. Doing it again changes nothing; where several
 * do it at once the transaction has to be one of `runAlone`.
 *
 * @returns the counts, the milestones to tell, and those whose card may be out and says something else
 */
export async function recordDetection(
  engine: Engine,
  detection: Detection,
  options: RecordOptions,
): Promise<RecordedDetection> {
  const { range, planned } = detection;
  const window = renderWindow(engine, detection, options);
  const scope = { ...range.scope, dialect: engine.dialect };
  for (const name of OWN_TABLES) await engine.execute(`drop table if exists ${name}`);
  await writeNames(engine, new Map(planned.map(({ definition }) => [definition.id, definition])));
  await writeEvaluated(engine, detection);
  for (const statement of [NEW, compileMoved(scope), compileGone(scope)]) await engine.execute(statement);
  const counts = await fetchCounts(engine, window);
  await insertNew(engine, detection, { ...options, ...counts });
  const isChanged = counts.moved + counts.restored + counts.revoked > 0;
  if (isChanged) await changeStored(engine, utcTime(options.clock), options.runId);
  await engine.execute(
    `insert into milestone_runs (run_id, started_at, data_as_of, build_mark, definitions_mark, is_whole, recorded, moved, revoked)
     values ($1, cast($2 as timestamptz), cast($3 as date), $4, $5, $6, $7, $8, $9)`,
    [
      options.runId,
      utcTime(options.clock),
      range.end,
      options.buildMark,
      options.definitionsMark,
      scope.since === ALL_DAYS,
      counts.recorded,
      counts.moved + counts.restored,
      counts.revoked,
    ],
  );
  return {
    counts,
    told: await fetchTold(engine, window),
    changed: isChanged ? await fetchChanged(engine) : [],
  };
}
