import { errorText, quoteRelation, utcTime } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type NullLookup, openNullLookup } from './count-nulls.ts';
import type { Manifest, ManifestNode, ResourceType } from './manifest.ts';
import { runDataTest } from './run-data-test.ts';
import { runModel } from './run-model.ts';
import { buildRunPlan, type RunTask } from './run-plan.ts';
import { runSeed } from './run-seed.ts';
import type {
  NodeOutcome,
  NodeResult,
  NodeStatus,
  RunCatalog,
  RunPause,
  RunRequest,
  RunSummary,
} from './run-types.ts';
import { runUnitTest } from './run-unit-test.ts';
import { runSchedule } from './schedule-tasks.ts';

interface Skip {
  readonly because: string;
  readonly message: string;
}

interface Subject {
  readonly name: string;
  readonly resourceType: ResourceType;
  readonly relationName: string | null;
  readonly file: string;
}

/** How the run stands: what each task came to, and which failure each skip goes back to. */
interface RunState {
  readonly statuses: Map<string, NodeStatus>;
  readonly causes: Map<string, string>;
  readonly results: NodeResult[];
  readonly catalog: RunCatalog;
}

async function fetchCatalog(engine: Engine): Promise<RunCatalog> {
  const relations = await engine.listRelations();
  return {
    schemas: new Set(relations.map((relation) => relation.schema)),
    kinds: new Map(relations.map(({ schema, name, kind }) => [quoteRelation(schema, name), kind])),
  };
}

function describeSubject(manifest: Manifest, uniqueId: string): Subject {
  const unitTest = manifest.unit_tests[uniqueId];
  if (unitTest !== undefined) {
    const file = unitTest.original_file_path;
    return { name: unitTest.name, resourceType: 'unit_test', relationName: null, file };
  }
  const node = manifest.nodes[uniqueId] as ManifestNode;
  return {
    name: node.name,
    resourceType: node.resource_type,
    relationName: node.resource_type === 'test' ? null : node.relation_name,
    file: node.original_file_path,
  };
}

const FAILED: readonly NodeStatus[] = ['error', 'fail'];
const NOT_BUILT: readonly NodeStatus[] = ['error', 'fail', 'skipped'];

function findSkip(request: RunRequest, state: RunState, task: RunTask): Skip | null {
  if (request.signal?.aborted === true)
    return { because: 'stopped', message: 'Skipped: stopped on request.' };
  const missing =
    task.needs.find((id) => NOT_BUILT.includes(state.statuses.get(id) ?? 'success')) ??
    task.guards.find((id) => FAILED.includes(state.statuses.get(id) ?? 'success'));
  const because = missing === undefined ? 'failFast' : (state.causes.get(missing) ?? missing);
  if (because !== 'failFast') {
    const cause = describeSubject(request.compiler.manifest, because);
    const kind = cause.resourceType.replace('_', ' ');
    return { because, message: `Skipped: ${kind} ${cause.name} failed (${cause.file}).` };
  }
  const first = state.results.find((result) => FAILED.includes(result.status));
  if (request.failFast === true && first !== undefined) {
    return { because: 'failFast', message: `Skipped: stopped at the first failure, ${first.name}.` };
  }
  return null;
}

interface Execution {
  readonly outcome: NodeOutcome;
  readonly compiledCode: string | null;
}

/** A run on one of its connections. */
interface Connected {
  readonly request: RunRequest;
  readonly state: RunState;
  readonly engine: Engine;
  readonly isKnownToPass: NullLookup;
}

async function runTask(
  { request, state, engine, isKnownToPass }: Connected,
  task: RunTask,
): Promise<Execution> {
  const { compiler } = request;
  let compiledCode: string | null = null;
  const context = {
    compiler,
    engine,
    isRefreshed: (node: ManifestNode) => {
      const { fullRefresh = false } = request;
      return typeof fullRefresh === 'boolean' ? fullRefresh : fullRefresh(node);
    },
    catalog: state.catalog,
    keepCompiled: (sql: string) => {
      compiledCode = sql;
    },
  };
  const run = async (): Promise<NodeOutcome> => {
    if (task.kind === 'ephemeral') return { status: 'success', message: '' };
    const unitTest = compiler.manifest.unit_tests[task.uniqueId];
    if (unitTest !== undefined) return runUnitTest(context, unitTest);
    const node = compiler.manifest.nodes[task.uniqueId] as ManifestNode;
    if (task.kind === 'seed') return runSeed(context, node);
    if (await isKnownToPass(engine, task.uniqueId)) {
      context.keepCompiled(compiler.compile(task.uniqueId));
      return { status: 'pass', message: '', failures: 0 };
    }
    return task.kind === 'data_test' ? runDataTest(context, node) : runModel(context, node);
  };
  try {
    return { outcome: await run(), compiledCode };
  } catch (error) {
    return { outcome: { status: 'error', message: errorText(error) }, compiledCode };
  }
}

async function runOrSkip(connected: Connected, task: RunTask): Promise<NodeResult> {
  const { request, state } = connected;
  const started = request.clock.now();
  const startedAt = utcTime(request.clock);
  const skip = findSkip(request, state, task);
  const execution: Execution =
    skip === null
      ? await runTask(connected, task)
      : { outcome: { status: 'skipped', message: skip.message }, compiledCode: null };
  const { outcome } = execution;
  return {
    uniqueId: task.uniqueId,
    ...describeSubject(request.compiler.manifest, task.uniqueId),
    status: outcome.status,
    message: outcome.message,
    failures: outcome.failures ?? null,
    rows: outcome.rows ?? null,
    startedAt,
    completedAt: utcTime(request.clock),
    seconds: (request.clock.now() - started) / 1000,
    compiledCode: execution.compiledCode,
    ...(skip === null ? {} : { skippedBecause: skip.because }),
  };
}

function buildSummary(request: RunRequest, results: readonly NodeResult[], started: number): RunSummary {
  const counts = { success: 0, pass: 0, fail: 0, warn: 0, error: 0, skipped: 0 };
  for (const result of results) counts[result.status] += 1;
  const wasStopped = results.some((result) => result.skippedBecause === 'stopped');
  return {
    results,
    counts,
    ok: counts.fail === 0 && counts.error === 0 && !wasStopped,
    wasStopped,
    startedAt: new Date(started).toISOString(),
    completedAt: utcTime(request.clock),
    seconds: (request.clock.now() - started) / 1000,
  };
}

/** True for a task that changes nothing. */
function isReading(manifest: Manifest, task: RunTask): boolean {
  if (task.kind === 'unit_test' || task.kind === 'ephemeral') return true;
  return task.kind === 'data_test' && manifest.nodes[task.uniqueId]?.config.store_failures !== true;
}

/** True for a task that nothing may run beside: what it writes may be what another reads or writes. */
function isAlone({ compiler, modelsAtOnce = false }: RunRequest, state: RunState, task: RunTask): boolean {
  if (isReading(compiler.manifest, task)) return false;
  const node = compiler.manifest.nodes[task.uniqueId] as ManifestNode;
  const { 'pre-hook': before, 'post-hook': after } = node.config;
  // Two transactions cannot both make a schema, and a hook may write anything.
  const isApart = state.catalog.schemas.has(node.schema) && before.length === 0 && after.length === 0;
  return !modelsAtOnce || task.kind === 'data_test' || !isApart;
}

/** Notes how a task ended, and passes results on in the order of the plan. */
function openNotes(request: RunRequest, state: RunState, plan: readonly RunTask[]) {
  const ended = new Map<string, NodeResult>();
  const total = plan.filter((task) => task.kind !== 'ephemeral').length;
  let place = 0;
  return {
    start: ({ kind, uniqueId }: RunTask): void => {
      if (kind !== 'ephemeral') request.onStart?.(uniqueId, state.results.length + 1, total);
    },
    end: (result: NodeResult): void => {
      ended.set(result.uniqueId, result);
      state.statuses.set(result.uniqueId, result.status);
      if (result.skippedBecause !== undefined) state.causes.set(result.uniqueId, result.skippedBecause);
      for (let task = plan[place]; task !== undefined; task = plan[place]) {
        const next = ended.get(task.uniqueId);
        if (next === undefined) return;
        place += 1;
        if (task.kind === 'ephemeral') continue;
        state.results.push(next);
        request.onResult?.(next, state.results.length, total);
      }
    },
  };
}

/**
 * Runs a selection as `dbt build` (`run`, `test`, `seed`) does: unit tests before their model, data tests right after it,
 * several tests at once where there are connections `beside`, and several models with `modelsAtOnce`. A failure of
 * severity error skips everything below it, by name; the rest is still built. Each node changes the database in one
 * transaction, whole or not at all.
 *
 * A broken node is a result, not an exception: `ok` says whether all went well. Results are in the order of the plan,
 * those of nodes after a `pause` last.
 *
 * @example
 * const summary = await runNodes({ compiler, engine, selection, clock: systemClock, kinds: 'build' });
 * if (!summary.ok) for (const result of summary.results) console.error(result.file, result.message);
 */
export async function runNodes(request: RunRequest): Promise<RunSummary> {
  const { compiler, engine, clock, pause } = request;
  const started = clock.now();
  const plan = buildRunPlan(compiler.manifest, request.selection, request.kinds);
  const [first, second] = splitPlan(plan, pause);
  const catalog = await fetchCatalog(engine);
  const state: RunState = { statuses: new Map(), causes: new Map(), results: [], catalog };
  const notes = openNotes(request, state, [...first, ...second]);
  const isKnownToPass = openNullLookup(compiler.manifest, plan);
  await runPart({ request, state, isKnownToPass }, first, notes);
  if (pause !== undefined && canRunPause(request, state, pause)) {
    const changed = await pause.run();
    // The step has made tables of its own.
    const known = { ...state, catalog: await fetchCatalog(engine) };
    await runPart({ request: { ...request, ...changed }, state: known, isKnownToPass }, second, notes);
  } else {
    await runPart({ request, state, isKnownToPass }, second, notes);
  }
  return buildSummary(request, state.results, started);
}

/** The tasks before a pause and those after it, which need what it needs. */
function splitPlan(
  plan: readonly RunTask[],
  pause: RunPause | undefined,
): readonly [readonly RunTask[], readonly RunTask[]] {
  if (pause === undefined) return [plan, []];
  const { needs } = pause;
  const after = plan.filter(({ uniqueId }) => pause.isAfter(uniqueId));
  return [
    plan.filter((task) => !after.includes(task)),
    after.map((task) => ({ ...task, needs: [...task.needs, ...needs] })),
  ];
}

function canRunPause({ signal }: RunRequest, state: RunState, { needs }: RunPause): boolean {
  const isBuilt = (id: string): boolean => !NOT_BUILT.includes(state.statuses.get(id) ?? 'success');
  return signal?.aborted !== true && needs.every(isBuilt);
}

async function runPart(
  { request, state, isKnownToPass }: Omit<Connected, 'engine'>,
  plan: readonly RunTask[],
  notes: ReturnType<typeof openNotes>,
): Promise<void> {
  const { engine, beside = [] } = request;
  await runSchedule(plan, {
    // The first failure can only be told from the second when one thing happens after the other.
    lanes: request.failFast === true ? [engine] : [engine, ...beside],
    isAlone: (task) => isAlone(request, state, task),
    run: async (task, lane) => {
      notes.start(task);
      notes.end(await runOrSkip({ request, state, engine: lane, isKnownToPass }, task));
    },
  });
}
