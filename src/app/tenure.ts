import type { FiringFilter, RecordedFiring } from '../alerts/index.ts';
import {
  type Clock,
  type Environment,
  type Ids,
  processEnvironment,
  systemClock,
  systemIds,
} from '../base/index.ts';
import type { Row, RowChunk } from '../engines/index.ts';
import type { LoadReport } from '../load/index.ts';
import type { CompiledMetricQuery, MetricAnswer, MetricQuery, ReplayReport } from '../metrics/index.ts';
import type {
  MilestoneFilter,
  MilestonePreview,
  StoredDefinition,
  UpcomingReport,
} from '../milestones/index.ts';
import type {
  Compiler,
  DefinitionSource,
  FreshnessResult,
  RunSummary,
  StyleProblem,
} from '../runner/index.ts';
import type { ForecastReport, SurvivalReport, SurvivalRequest } from '../scoring/index.ts';
import { type AccessVerbs, buildAccessVerbs } from './access.ts';
import { type AlertSnooze, listAlertFirings, runAlertRules, snoozeWorkspaceAlerts } from './alerts.ts';
import { type BuildReport, type BuildRequest, runBuild } from './build.ts';
import { buildCelebrationVerbs, type CelebrationVerbs } from './celebrate.ts';
import type { TenureContext } from './context.ts';
import { buildCustomerVerbs, type CustomerVerbs } from './customers.ts';
import { buildDashboardVerbs, type DashboardVerbs } from './dashboards.ts';
import { fetchMartOverview, type MartOverview } from './demo-store.ts';
import type { MilestoneReport } from './detect-milestones-store.ts';
import { type DoctorReport, runDoctor } from './doctor.ts';
import { type DbtMetricsReport, exportDbtMetrics } from './export-dbt-metrics.ts';
import { exportSuperset, type SupersetReport, type SupersetRequest } from './export-superset.ts';
import { fetchWorkspaceForecast } from './forecast.ts';
import { type GenerateReport, type GenerateRequest, runGenerate } from './generate.ts';
import { fetchBatches, type LoadCommand, runWorkspaceLoad, runWorkspaceUndo } from './load.ts';
import { fetchMartPage, type MartPage, type MartPageRequest } from './mart-page-store.ts';
import {
  askMetrics,
  askMetricsArrow,
  compileMetrics,
  describeMetric,
  listMetricEntries,
  type MetricCard,
  type MetricEntry,
} from './metrics.ts';
import {
  exportMilestones,
  fetchUpcomingMilestones,
  importMilestones,
  listWorkspaceDefinitions,
  listWorkspaceMilestones,
  type PreviewRequest,
  previewMilestones,
  runMilestoneDetection,
  type UpcomingQuestion,
} from './milestones.ts';
import { buildNotificationVerbs, type NotificationVerbs } from './notifications.ts';
import {
  type CompiledNode,
  checkProjectStyle,
  compileNode,
  fetchLineage,
  openProject,
  type ProjectOptions,
} from './project.ts';
import { type ProjectGuide, readProjectGuide } from './project-guide.ts';
import { type QueryExport, streamQuery, writeQuery } from './query.ts';
import { type ReplayRequest, replayHealth } from './replay.ts';
import {
  type AlertRunReport,
  previewWorkspaceAlerts,
  type RulePreview,
  type RulePreviewRequest,
} from './run-alerts-store.ts';
import { buildScoreVerbs, type ScoreVerbs } from './scoring.ts';
import type { SharedState } from './shared-state.ts';
import { openStorage } from './storage/open-storage.ts';
import type { QueryTarget } from './storage/storage.ts';
import { askSurvival } from './survival.ts';
import { checkFreshness, type DocsReport, runTests, type TestRequest, writeDocs } from './verify.ts';
import { readProjectWorkspace, readWorkspace, type Workspace } from './workspace.ts';
import {
  fetchFreshness,
  fetchRuns,
  fetchWorkspaceStatus,
  type SourceFreshness,
  type WorkspaceStatus,
} from './workspace-status-store.ts';

export interface TenureOptions {
  /** The workspace: a folder with `tenure.yml`. */
  readonly folder: string;
  /** A dbt project to use instead of the workspace. */
  readonly projectDir?: string | undefined;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly environment?: Environment;
  /** The state that `openServing` keeps open in this process. */
  readonly shared?: SharedState | undefined;
}

/**
 * What the verbs over a workspace work with.
 *
 * @throws TenureError WORKSPACE_MISSING, PROJECT_MISSING, CONFIG_INVALID
 */
export function buildContext(options: TenureOptions): TenureContext {
  const { folder, projectDir, shared } = options;
  const workspace = projectDir === undefined ? readWorkspace(folder) : readProjectWorkspace(projectDir);
  const world = {
    workspace,
    clock: options.clock ?? systemClock,
    ids: options.ids ?? systemIds,
    environment: options.environment ?? processEnvironment,
  };
  const storage = openStorage(world);
  const isShared = shared?.storage.key === storage.key;
  return isShared ? { ...world, storage: shared.storage, shared } : { ...world, storage };
}

/** The product as a library: the verbs of the CLI over one workspace. */
export interface Tenure {
  readonly workspace: Workspace;
  load(request: LoadCommand): Promise<LoadReport>;
  /**
   * Fills the raw tables with a synthetic company, as one batch that `undo` takes back. An earlier generated company
   * gives way; loaded data never does. Build it as of the last day of its history.
   *
   * @throws TenureError GENERATE_OPTION_INVALID, GENERATE_WORKSPACE_HAS_DATA, DATABASE_OWNED
   *
   * @example
   * const { plan } = await tenure.generate({ customers: 200, days: 365, seed: 7 });
   * await tenure.build({ asOf: plan.asOf });
   */
  generate(request?: GenerateRequest): Promise<GenerateReport>;
  undo(batchId: string): ReturnType<typeof runWorkspaceUndo>;
  listBatches(): ReturnType<typeof fetchBatches>;
  build(request?: BuildRequest): Promise<BuildReport>;
  test(request?: TestRequest): Promise<RunSummary>;
  /** The compiled project: its manifest, and the SQL of any node. */
  openProject(options?: ProjectOptions): Compiler;
  /** The SQL of a model with every reference resolved. */
  compile(name: string, options?: ProjectOptions): CompiledNode;
  lineage(name: string): ReturnType<typeof fetchLineage>;
  checkStyle(): readonly StyleProblem[];
  checkFreshness(): Promise<readonly FreshnessResult[]>;
  stream(sql: string, target?: QueryTarget): AsyncIterable<RowChunk>;
  writeQuery(request: QueryExport): Promise<number>;
  /** The marts of the warehouse with their sizes. */
  listMarts(): Promise<readonly MartOverview[]>;
  /** The metrics of the catalogue and their values. */
  readonly metrics: {
    list(): readonly MetricEntry[];
    show(name: string): MetricCard;
    /**
     * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID, WAREHOUSE_MISSING
     *
     * @example
     * const { rows, sql } = await tenure.metrics.query({
     *   metrics: ['current_mrr', 'customer_health_score'], dimensions: ['plan_tier'],
     *   time: { range: 'last 6 months', granularity: 'month' }, compare: ['previous_year'],
     * });
     */
    query(query: MetricQuery): Promise<MetricAnswer>;
    /**
     * The rows of the same answer as an Arrow IPC stream.
     *
     * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID, WAREHOUSE_MISSING, DRIVER_MISSING
     */
    queryArrow(query: MetricQuery): Promise<AsyncIterable<Uint8Array>>;
    /**
     * What a query would ask of the database: its SQL, and from which tables over which days. Nothing is run but a look at
     * what the warehouse holds.
     *
     * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID, WAREHOUSE_MISSING
     */
    compile(query: MetricQuery): Promise<CompiledMetricQuery>;
    /**
     * What a changed health definition would have said on every day there is, beside what the warehouse says, and how
     * the alerts of both related to churn. Nothing is written.
     *
     * @throws TenureError DEFINITION_INVALID, WAREHOUSE_MISSING
     *
     * @example
     * const { changes, before, after } = await tenure.metrics.replay({ change: 'health-3.yml', band: 'at_risk' });
     */
    replay(request: ReplayRequest): Promise<ReplayReport>;
  };
  /**
   * How long customers stay, from the mart `customer_survival`: survival curves with intervals, groups compared, Cox's
   * model (docs/survival.md).
   *
   * @throws TenureError WAREHOUSE_MISSING, SURVIVAL_IMPOSSIBLE, SURVIVAL_COLUMN_UNKNOWN, FIT_IMPOSSIBLE
   *
   * @example
   * const { groups, logRank, cox } = await tenure.survival({ by: 'plan_tier', cox: true, horizon: 730 });
   */
  survival(request?: SurvivalRequest): Promise<SurvivalReport>;
  /**
   * What will be won by the end of the running quota period, in USD, with an 80 % interval (docs/forecast.md).
   *
   * @param owner id or name of an owner, `all` is the company; without it everybody who sells
   * @throws TenureError OWNER_UNKNOWN, WAREHOUSE_MISSING
   *
   * @example
   * const { forecasts, quality } = await tenure.forecast('all');
   */
  forecast(owner?: string): Promise<ForecastReport>;
  /** Customers, one by one and all of them. */
  readonly customers: CustomerVerbs;
  /** The steps of the funnel by day and channel: a page of `funnel_conversion_analysis`. */
  funnel(page?: MartPageRequest): Promise<MartPage>;
  /** What customers brought: a page of `customer_lifetime_value`. */
  lifetimeValues(page?: MartPageRequest): Promise<MartPage>;
  /** What customers reached (docs/milestones.md). `build` looks for it too. */
  readonly milestones: {
    /** Looks through all of history, and records what is new, moved or gone. Doing it again changes nothing. */
    detect(): Promise<MilestoneReport>;
    /** The newest first. */
    list(filter?: MilestoneFilter): Promise<readonly Row[]>;
    /** What is expected in the next days, with its headline (milestone_name), intervals, and how often such dates came true. */
    upcoming(question?: UpcomingQuestion): Promise<UpcomingReport>;
    /**
     * What definitions would have found in all of history, and how many alerts each owner would have had a week.
     *
     * @throws TenureError DEFINITION_INVALID, MILESTONE_UNKNOWN
     *
     * @example
     * const { findings, alerts } = await tenure.milestones.preview({ file: 'milestones.yml' });
     */
    preview(request?: PreviewRequest): Promise<MilestonePreview>;
    /** Takes definitions of a file or text over; returns how many are new or changed. */
    import(source: DefinitionSource): Promise<number>;
    listDefinitions(): Promise<readonly StoredDefinition[]>;
    /** The definitions as YAML. */
    export(): Promise<string>;
  };
  /** Rules over metrics (docs/alerts.md). `build` judges them too. */
  readonly alerts: {
    /** Judges every rule over the days since it was judged last; doing it again adds nothing. */
    run(): Promise<AlertRunReport>;
    /** The latest day first. */
    list(filter?: FiringFilter): Promise<readonly RecordedFiring[]>;
    /**
     * What rules would have fired day by day, recording and telling nothing.
     *
     * @throws TenureError DEFINITION_INVALID, ALERT_RULE_UNKNOWN
     */
    preview(request?: RulePreviewRequest): Promise<readonly RulePreview[]>;
    /** @throws TenureError ALERT_RULE_UNKNOWN, ALERT_SNOOZE_INVALID */
    snooze(snooze: AlertSnooze): Promise<void>;
  };
  /** Models of churn and expansion, and the scores they give (docs/scoring.md). */
  readonly scores: ScoreVerbs;
  /** Pages of figures, as data (docs/dashboards.md). */
  readonly dashboards: DashboardVerbs;
  /**
   * Writes the dashboards, with datasets and saved metrics over a published PostgreSQL, as a ZIP that Superset imports
   * (docs/superset.md).
   *
   * @throws TenureError WAREHOUSE_MISSING, DEFINITION_INVALID, EXPORT_HAS_PROBLEMS
   *
   * @example
   * const { file, leftOut } = await tenure.exportSuperset({ uri: 'postgresql+psycopg2://reader@db/analytics' });
   */
  exportSuperset(request?: SupersetRequest): Promise<SupersetReport>;
  /**
   * Writes the metrics as YAML of dbt's semantic layer, a folder to add to a dbt project (docs/dbt-metrics.md).
   *
   * @throws TenureError WAREHOUSE_MISSING, DEFINITION_INVALID, EXPORT_HAS_PROBLEMS
   */
  exportDbtMetrics(request?: { readonly folder?: string | undefined }): Promise<DbtMetricsReport>;
  /** How milestones are celebrated (docs/celebrations.md). Nothing leaves without a person's approval. */
  readonly celebrations: CelebrationVerbs;
  /** The outbox (docs/notifications.md). */
  readonly notifications: NotificationVerbs;
  /**
   * What there is to answer from.
   *
   * @throws TenureError WAREHOUSE_MISSING
   */
  status(): Promise<WorkspaceStatus>;
  /** Up to which day each source table of the warehouse has data. */
  listSources(): Promise<readonly SourceFreshness[]>;
  /** What was run in the workspace, the latest first; 50 unless given. */
  listRuns(limit?: number): Promise<readonly Row[]>;
  /** Keys, sessions and the audit log of what is served (docs/api.md). */
  readonly access: AccessVerbs;
  /** What the last build left behind about its models and their tests. @throws TenureError WAREHOUSE_MISSING */
  readGuide(): ProjectGuide;
  writeDocs(): Promise<DocsReport>;
  doctor(): Promise<DoctorReport>;
}

/**
 * Opens a workspace (or a dbt project) as a library. Nothing is locked until a verb runs; verbs that change the
 * workspace own it while they run, and readers always see the last good warehouse.
 *
 * @throws TenureError WORKSPACE_MISSING, PROJECT_MISSING, CONFIG_INVALID
 *
 * @example
 * import { openTenure } from 'tenure';
 * const tenure = openTenure({ folder: '/data/acme' });
 * await tenure.load({ paths: ['/data/acme/data'] });
 * const { isPublished } = await tenure.build();
 * for await (const chunk of tenure.stream('from customer_lifetime_value')) console.log(chunk.rows);
 */
export function openTenure(options: TenureOptions): Tenure {
  const context = buildContext(options);
  return Object.freeze({
    workspace: context.workspace,
    load: (request: LoadCommand) => runWorkspaceLoad(context, request),
    generate: (request?: GenerateRequest) => runGenerate(context, request),
    undo: (batchId: string) => runWorkspaceUndo(context, batchId),
    listBatches: () => fetchBatches(context),
    build: (request?: BuildRequest) => runBuild(context, request),
    test: (request?: TestRequest) => runTests(context, request),
    openProject: (project?: ProjectOptions) => openProject(context, project),
    compile: (name: string, project: ProjectOptions = {}) => compileNode(context, name, project),
    lineage: (name: string) => fetchLineage(context, name),
    checkStyle: () => checkProjectStyle(context),
    checkFreshness: () => checkFreshness(context),
    stream: (sql: string, target?: QueryTarget) => streamQuery(context, sql, target),
    writeQuery: (request: QueryExport) => writeQuery(context, request),
    listMarts: () => fetchMartOverview(context),
    metrics: Object.freeze({
      list: listMetricEntries,
      show: describeMetric,
      query: (query: MetricQuery) => askMetrics(context, query),
      queryArrow: (query: MetricQuery) => askMetricsArrow(context, query),
      compile: (query: MetricQuery) => compileMetrics(context, query),
      replay: (request: ReplayRequest) => replayHealth(context, request),
    }),
    survival: (request?: SurvivalRequest) => askSurvival(context, request),
    forecast: (owner?: string) => fetchWorkspaceForecast(context, owner),
    customers: buildCustomerVerbs(context),
    funnel: (page?: MartPageRequest) => fetchMartPage(context, 'funnel_conversion_analysis', page),
    lifetimeValues: (page?: MartPageRequest) => fetchMartPage(context, 'customer_lifetime_value', page),
    milestones: Object.freeze({
      detect: () => runMilestoneDetection(context),
      list: (filter?: MilestoneFilter) => listWorkspaceMilestones(context, filter),
      upcoming: (question?: UpcomingQuestion) => fetchUpcomingMilestones(context, question),
      preview: (request?: PreviewRequest) => previewMilestones(context, request),
      import: (source: DefinitionSource) => importMilestones(context, source),
      listDefinitions: () => listWorkspaceDefinitions(context),
      export: () => exportMilestones(context),
    }),
    alerts: Object.freeze({
      run: () => runAlertRules(context),
      list: (filter?: FiringFilter) => listAlertFirings(context, filter),
      preview: (request?: RulePreviewRequest) => previewWorkspaceAlerts(context, request),
      snooze: (snooze: AlertSnooze) => snoozeWorkspaceAlerts(context, snooze),
    }),
    scores: buildScoreVerbs(context),
    dashboards: buildDashboardVerbs(context),
    exportDbtMetrics: (request?: { readonly folder?: string | undefined }) =>
      exportDbtMetrics(context, request),
    exportSuperset: (request?: SupersetRequest) => exportSuperset(context, request),
    celebrations: buildCelebrationVerbs(context),
    notifications: buildNotificationVerbs(context),
    status: () => fetchWorkspaceStatus(context),
    listSources: () => fetchFreshness(context),
    listRuns: (limit?: number) => fetchRuns(context, limit),
    access: buildAccessVerbs(context),
    readGuide: () => readProjectGuide(context),
    writeDocs: () => writeDocs(context),
    doctor: () => runDoctor(context),
  });
}
