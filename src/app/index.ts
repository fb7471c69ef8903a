export { type AccessKey, isRoleEnough, ROLES, type Role } from '../access/index.ts';
export type { RecordedFiring } from '../alerts/index.ts';
export type { Candidate, Celebration, CelebrationReport, CelebrationStep } from '../celebrations/index.ts';
export {
  CUSTOMER_FILTERS,
  CUSTOMER_ORDERS,
  type CustomerEntry,
  type CustomerFilter,
  type CustomerList,
  type CustomerOrder,
  type CustomerOwner,
  type CustomerQuestion,
  type FilterValue,
} from '../customers/index.ts';
export { type CompanyPlan, PRESETS } from '../generate/index.ts';
export type { LoadReport } from '../load/index.ts';
export {
  ALERT_BANDS,
  type AlertBand,
  type MetricAnswer,
  type MetricQuery,
  type ReplayReport,
} from '../metrics/index.ts';
export type { MilestonePreview, StoredDefinition, UpcomingReport } from '../milestones/index.ts';
export { CELEBRATION_WAYS, type NotificationRow } from '../notify/index.ts';
export type {
  ForecastReport,
  HazardReport,
  ModelCard,
  Realised,
  SurvivalGroup,
  SurvivalReport,
} from '../scoring/index.ts';
export type { AlertSnooze } from './alerts.ts';
export { labelDimension } from './answer-tiles.ts';
export type { BuildReport, BuildRequest } from './build.ts';
export { COMPANY_FORMATS, type CompanyFormat } from './company-files-store.ts';
export type { Customer360, CustomerVerbs } from './customers.ts';
export type { DashboardAnswer, DashboardEntry, DashboardVerbs } from './dashboards.ts';
export { type MartOverview, SAMPLE_QUERIES } from './demo-store.ts';
export type { MilestoneReport } from './detect-milestones-store.ts';
export type { DoctorReport, Finding } from './doctor.ts';
export type { DbtMetricsReport } from './export-dbt-metrics.ts';
export { checkSupersetFile, type SupersetReport, type SupersetRequest } from './export-superset.ts';
export type { GenerateProgress, GenerateReport, GenerateRequest } from './generate.ts';
export {
  type CompanyFile,
  type GenerateFilesReport,
  type GenerateFilesRequest,
  generateFiles,
} from './generate-files.ts';
export type { LoadCommand } from './load.ts';
export type { MetricCard, MetricEntry } from './metrics.ts';
export type { MilestoneDesk } from './milestone-desk.ts';
export { checkPackageStyle, type ProjectOptions } from './project.ts';
export { findGuideEntry, type ProjectGuide } from './project-guide.ts';
export { FILE_FORMATS, type FileFormat, type QueryExport } from './query.ts';
export type { ReplayRequest } from './replay.ts';
export type { AlertRunReport, RulePreview } from './run-alerts-store.ts';
export type { ModelEntry, ScoreVerbs } from './scoring.ts';
export { openServing, type Serving, type ServingOptions } from './serve.ts';
export type { SharedState } from './shared-state.ts';
export type { SlackAnswer, SlackRequest } from './slack-interactions.ts';
export type { QueryTarget } from './storage/storage.ts';
export { openTenure, type Tenure, type TenureOptions } from './tenure.ts';
export type { DocsReport, TestRequest } from './verify.ts';
export { PACKAGE_ROOT, readVersion, type Workspace, writeWorkspace } from './workspace.ts';
export type { SourceFreshness, WorkspaceStatus } from './workspace-status-store.ts';
