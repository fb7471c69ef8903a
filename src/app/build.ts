import fs from 'node:fs';
import path from 'node:path';
import { errorText, quoteRelation, TenureError } from '../base/index.ts';
import {
  type Compiler,
  type ManifestNode,
  type NodeResult,
  type RunSummary,
  runNodes,
  type Selection,
  selectNodes,
} from '../runner/index.ts';
import { createScoringTables, type ScoreReport } from '../scoring/index.ts';
import { writeArtifacts } from './artifacts.ts';
import { runJob, type TenureContext } from './context.ts';
import { detectMilestones, type MilestoneReport, readOwnDefinitions } from './detect-milestones-store.ts';
import { hashProject } from './fingerprint.ts';
import { readImportedModels } from './imported-models.ts';
import { openProject, type ProjectOptions, resolveAsOf } from './project.ts';
import { type AlertRunReport, runWorkspaceAlerts } from './run-alerts-store.ts';
import { buildScoreStep, listScoringRelations } from './score-step.ts';
import type { BuildMark } from './storage/build-mark-store.ts';
import type { CarriedRelation, Construction, LostRelation } from './storage/storage.ts';
import { watchEngine } from './watch-engine.ts';
import { PACKAGE_ROOT } from './workspace.ts';
import { readNotifyPlan } from './workspace-notify.ts';

export interface BuildRequest extends ProjectOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  readonly fullRefresh?: boolean;
  readonly signal?: AbortSignal;
  readonly onStart?: (uniqueId: string, position: number, total: number) => void;
  readonly onResult?: (result: NodeResult, done: number, total: number) => void;
  /** Called before a model is trained, with the last snapshot it learns from. */
  readonly onTrain?: (name: string, trainedTo: string) => void;
}

export interface BuildReport {
  readonly asOf: string | null;
  readonly summary: RunSummary;
  /** True when the new warehouse took the place of the last one. */
  readonly isPublished: boolean;
  /** Where to look into: the new warehouse, or the one that failed. A file, or schemas of a database. */
  readonly file: string;
  /** Views that were not selected and no longer fit what they read; they need a build of their own. */
  readonly lost: readonly LostRelation[];
  /** Tests that were left out because they need a model that was never built. */
  readonly leftTests: readonly string[];
  /** What the score step did; null where it had nothing to do. */
  readonly scores: ScoreReport | null;
  /** What was noticed in the new warehouse; null where nothing was looked for: after a part, or a failure. */
  readonly milestones: MilestoneReport | null;
  /** What the alert rules found; null as above. */
  readonly alerts: AlertRunReport | null;
}

/**
 * Builds the models with their tests into a new warehouse file, which goes on from the last one where it can
 * (docs/decisions/a-build-goes-on-from-the-last.md), and puts it in the place of the last one when
 * everything of severity error passed. Readers see the last good warehouse until then, and after a failure.
 *
 * @throws TenureError when the project cannot be read or the workspace is owned by another process
 */
export async function runBuild(context: TenureContext, request: BuildRequest = {}): Promise<BuildReport> {
  return runJob(context, {
    kind: 'build',
    asOf: resolveAsOf(context, request),
    work: async (state) => {
      const report = await buildWarehouse(context, await openPlan(context, request));
      const isDetected = report.isPublished && context.workspace.kind === 'own' && isWhole(request);
      if (!isDetected) return { ...report, milestones: null, alerts: null };
      const milestones = await detectMilestones(context, state);
      return { ...report, milestones, alerts: await runWorkspaceAlerts(context, state) };
    },
    renderEnd: (report) => ({
      status: report.summary.ok ? 'ok' : 'failed',
      summary: renderCounts(report.summary),
    }),
  });
}

/** Reads the project, and finds out whether this build can go on from the last one. */
async function openPlan(context: TenureContext, request: BuildRequest): Promise<BuildPlan> {
  const { workspace, storage } = context;
  const mark = buildMark(context, request);
  const canContinue = workspace.kind === 'own' && isWhole(request) && request.fullRefresh !== true;
  if (workspace.kind === 'own') {
    checkTelling(context);
    await storage.prepareRaw();
  }
  const continued = canContinue ? await storage.fetchContinued(mark) : null;
  const vars = { ...request.vars, ...(continued === null ? {} : { continues_from: continued.asOf }) };
  const schemaPrefix = await storage.allotPrefix();
  const compiler = openProject(context, { ...request, vars, schemaPrefix });
  const selected = selectNodes(compiler.manifest, buildSelection(request));
  const selection = selected.filter((id) => !isOwnUnitTest(compiler, id));
  const whole = { ...mark, continues: continued?.id ?? null };
  return {
    compiler,
    selection,
    request,
    mark: whole,
    isContinued: continued !== null,
    schemaPrefix,
    isOwn: workspace.kind === 'own',
    continuesFrom: continued?.asOf ?? null,
  };
}

/** Says what is wrong with `milestones.yml` or `notify.yml` before the models are built, not after. */
function checkTelling(context: TenureContext): void {
  readOwnDefinitions(context);
  readNotifyPlan(context);
}

/** True when every model is built; tests may be left out. */
function isWhole({ select = [], exclude = [] }: BuildRequest): boolean {
  return select.length === 0 && exclude.every((word) => word.startsWith('resource_type:test'));
}

/** What the build will be known as to the next one. */
function buildMark(context: TenureContext, request: BuildRequest): BuildMark {
  const vars = { ...context.workspace.config.vars, ...request.vars };
  const fingerprint = isWhole(request) ? hashProject(context.workspace, vars) : null;
  return { id: context.ids.next(), continues: null, asOf: resolveAsOf(context, request) ?? '', fingerprint };
}

/** The package's own unit tests prove its SQL, whatever the data: they run in its CI and with `tenure test`. */
function isOwnUnitTest(compiler: Compiler, uniqueId: string): boolean {
  const test = compiler.manifest.unit_tests[uniqueId];
  return test !== undefined && isOwn(test);
}

function isOwn({ original_file_path }: { readonly original_file_path: string }): boolean {
  return fs.existsSync(path.join(PACKAGE_ROOT, 'dbt', original_file_path));
}

/** Selection words in the form the runner takes. */
export function buildSelection(request: Pick<BuildRequest, 'select' | 'exclude'>): Selection {
  const { select = [], exclude = [] } = request;
  return { ...(select.length === 0 ? {} : { select }), ...(exclude.length === 0 ? {} : { exclude }) };
}

interface BuildPlan {
  readonly compiler: Compiler;
  readonly selection: readonly string[];
  readonly request: BuildRequest;
  readonly mark: BuildMark;
  /** True when the warehouse is the last one with its changed days stated again. */
  readonly isContinued: boolean;
  /** Goes before the names of the schemas it is built in. */
  readonly schemaPrefix: string;
  /** True for the models of the package and a workspace's own beside them. */
  readonly isOwn: boolean;
  /** The day of the last one then; else null. */
  readonly continuesFrom: string | null;
}

type BuiltWarehouse = Omit<BuildReport, 'milestones' | 'alerts'>;

async function buildWarehouse(context: TenureContext, plan: BuildPlan): Promise<BuiltWarehouse> {
  const { workspace, storage, clock } = context;
  const { compiler, request } = plan;
  const construction = await storage.openConstruction(plan);
  const second = await construction.engine.connect();
  const stops = [construction.engine, second].map((engine) =>
    watchEngine(engine, { signal: request.signal }),
  );
  try {
    const carried = await construction.carry(listCarried(construction, plan), (id) => compiler.compile(id));
    if (plan.isOwn) await createScoringTables(construction.engine);
    const { run, left } = splitSelection(plan, new Set(carried.map((relation) => relation.id)));
    let scores: ScoreReport | null = null;
    const pause = buildScoreStep({
      compiler,
      engine: construction.engine,
      selection: run,
      asOf: plan.mark.asOf,
      continuesFrom: plan.continuesFrom,
      lifts: workspace.config.score_tiers,
      imported: readImportedModels(workspace),
      onTrain: request.onTrain,
      signal: request.signal,
      openAnew: () => openProject(context, { ...request, schemaPrefix: plan.schemaPrefix }),
      onScored: (report) => {
        scores = report;
      },
    });
    const summary = await runNodes({
      compiler,
      engine: construction.engine,
      beside: [second],
      modelsAtOnce: construction.isSmall && workspace.config.threads !== 1,
      selection: run,
      clock,
      kinds: 'build',
      ...(pause === undefined ? {} : { pause }),
      fullRefresh: (node) => isRefreshed(plan, node),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(request.onStart === undefined ? {} : { onStart: request.onStart }),
      ...(request.onResult === undefined ? {} : { onResult: request.onResult }),
    });
    writeArtifacts(context, { compiler, summary });
    await second.close();
    if (summary.wasStopped) throw new TenureError('BUILD_STOPPED');
    const lost = await construction.dropUnfitting(carried);
    if (summary.ok) await assertComplete(construction, plan);
    if (workspace.kind === 'own') await construction.writeMark(plan.mark);
    const file = await construction.publish(summary.ok);
    return {
      asOf: resolveAsOf(context, request),
      summary,
      isPublished: summary.ok,
      file,
      lost,
      leftTests: left,
      scores,
    };
  } finally {
    for (const stop of stops) stop();
    await second.close();
    await construction.close();
  }
}

function isStored(node: ManifestNode): boolean {
  return node.resource_type !== 'test' && node.config.materialized !== 'ephemeral';
}

/** What the new warehouse begins with: all that stood in the last one, rows only where they stay or are added to. */
function listCarried({ engine, holdsLast }: Construction, plan: BuildPlan): readonly CarriedRelation[] {
  if (holdsLast) return [];
  const { manifest } = plan.compiler;
  const selected = new Set(plan.selection);
  const isKept = (node: ManifestNode): boolean => {
    if (!selected.has(node.unique_id)) return true;
    return node.config.materialized === 'incremental' && !isRefreshed(plan, node);
  };
  const nodes = selectNodes(manifest, { resourceTypes: ['model', 'seed'] })
    .map((id) => manifest.nodes[id])
    .filter((node): node is ManifestNode => node !== undefined && isStored(node));
  // When all is built anew, nothing old is needed for its shape either.
  const isFull = nodes.every((node) => selected.has(node.unique_id));
  // Views over the scores come after them.
  const scoring = plan.isOwn ? listScoringRelations(engine, { hasScores: !isFull || plan.isContinued }) : [];
  const carried = nodes.map((node) => ({
    id: node.unique_id,
    schema: node.schema,
    name: node.alias,
    hasRows: isKept(node),
  }));
  return [...scoring, ...carried.filter((relation) => !isFull || relation.hasRows)];
}

/** The package's own incremental models know what to state again only in a build that goes on from the last one. */
function isRefreshed(plan: BuildPlan, node: ManifestNode): boolean {
  return plan.request.fullRefresh === true || (isOwn(node) && !plan.isContinued);
}

/** A selection without the tests that need a model which is neither built nor there. */
function splitSelection(plan: BuildPlan, present: ReadonlySet<string>): { run: string[]; left: string[] } {
  const { manifest } = plan.compiler;
  const built = new Set([...plan.selection, ...present]);
  const isMissing = (id: string): boolean => {
    const parent = manifest.nodes[id];
    if (parent === undefined || built.has(id)) return false;
    return isStored(parent) || parent.depends_on.nodes.some(isMissing);
  };
  const [run, left]: [string[], string[]] = [[], []];
  for (const id of plan.selection) {
    const test = manifest.nodes[id];
    const isLeft = test?.resource_type === 'test' && test.depends_on.nodes.some(isMissing);
    (isLeft ? left : run).push(id);
  }
  return { run, left };
}

/** Verifies a finished warehouse: every selected model stands in it and can be read. */
async function assertComplete({ engine }: Construction, plan: BuildPlan): Promise<void> {
  const relations = await engine.listRelations();
  const present = new Map(relations.map(({ schema, name, kind }) => [quoteRelation(schema, name), kind]));
  for (const id of plan.selection) {
    const node = plan.compiler.manifest.nodes[id];
    if (node === undefined || !isStored(node)) continue;
    const relation = quoteRelation(node.schema, node.alias);
    const kind = present.get(relation);
    if (kind === undefined)
      throw new TenureError('BUILD_INCOMPLETE', { relation, problem: 'it is not there' });
    // A table has its columns; a view has those of what is under it, if that is still there.
    if (kind === 'view')
      await engine.listColumns(node.schema, node.alias).catch((error: unknown) => {
        throw new TenureError('BUILD_INCOMPLETE', { relation, problem: errorText(error) }, { cause: error });
      });
  }
}

/** `41 success, 120 pass, 1 warn`. */
export function renderCounts(summary: RunSummary): string {
  const parts = Object.entries(summary.counts).filter(([, count]) => count > 0);
  return parts.map(([status, count]) => `${count} ${status}`).join(', ') || 'nothing to do';
}
