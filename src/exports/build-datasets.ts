import {
  buildDateLabel,
  type CalculatedColumn,
  GUIDE_COLUMNS,
  listDimensionColumns,
  renderSteps,
  STATE_DAY,
} from './calculated-columns-store.ts';
import type { ExportColumn, ExportRelation, ExportWorld } from './export-world.ts';
import { nameSteps, needsSteps, planChart } from './plan-chart.ts';
import {
  buildLongMetric,
  buildRowCount,
  listDomainMetrics,
  type SavedMetric,
} from './saved-metrics-store.ts';
import type { SupersetColumn, SupersetDataset, SupersetMetric } from './superset-types.ts';
import { buildUuid } from './uuid.ts';

/** Where the bundle's data is published, and what it is called. */
export interface BundleTarget {
  /** The connection's name in Superset; part of every UUID, so that two companies stand side by side. */
  readonly name: string;
  /** An SQLAlchemy URI without a password. */
  readonly uri: string;
  readonly schemas: { readonly mart: string; readonly metrics: string };
}

/** The day of a row, the likeliest name first. */
const DAYS = [
  'metric_date',
  'date',
  'month',
  'as_of',
  'cohort_month',
  'last_purchase_date',
  'reference_date',
];
const MOMENT = /^(DATE|TIMESTAMP)/;

/** DuckDB's names of types in PostgreSQL's words. */
const TYPES: Readonly<Record<string, string>> = {
  DOUBLE: 'DOUBLE PRECISION',
  HUGEINT: 'NUMERIC',
  UBIGINT: 'NUMERIC',
};

function renderType(type: string): string {
  return TYPES[type] ?? type.replace(/^DECIMAL/, 'NUMERIC');
}

/** The column that says which day a row is about; null where rows have none. */
function findDay(columns: readonly ExportColumn[]): string | null {
  const moments = columns.filter(({ type }) => MOMENT.test(type)).map(({ name }) => name);
  return DAYS.find((name) => moments.includes(name)) ?? moments[0] ?? null;
}

const GROUPED = /CHAR|TEXT|DATE|TIME|BOOL|^INTEGER/;

function buildColumn(world: ExportWorld, column: CalculatedColumn | ExportColumn): SupersetColumn {
  const type = renderType(column.type);
  return {
    column_name: column.name,
    verbose_name: world.label(column.name),
    is_dttm: MOMENT.test(type),
    is_active: true,
    type,
    groupby: GROUPED.test(type),
    filterable: true,
    expression: 'expression' in column ? column.expression : null,
    description: column.description,
  };
}

function buildMetric({
  name,
  label,
  description,
  expression,
  format,
  isSemiAdditive,
}: SavedMetric): SupersetMetric {
  return {
    metric_name: name,
    verbose_name: label,
    metric_type: null,
    expression,
    description,
    d3format: format,
    extra: { additivity: isSemiAdditive ? 'semi' : 'full' },
  };
}

/** Figures and axes that tiles need of a mart, each once. */
interface TileNeeds {
  readonly totals: ReadonlyMap<string, SavedMetric>;
  readonly labels: ReadonlyMap<string, CalculatedColumn>;
}

function listTileNeeds(world: ExportWorld, dataset: string): TileNeeds {
  const totals = new Map<string, SavedMetric>();
  const labels = new Map<string, CalculatedColumn>();
  for (const tile of world.dashboards.flatMap(({ tiles }) => tiles)) {
    const plan = planChart(world, tile);
    if ('leftOut' in plan || plan.dataset !== dataset) continue;
    for (const total of plan.totals) totals.set(total.name, totals.get(total.name) ?? total);
    for (const { name, unit } of tile.model?.columns ?? []) {
      const label = buildDateLabel(name, unit);
      if (plan.dimensions.includes(label.name)) labels.set(label.name, label);
    }
  }
  return { totals, labels };
}

function listMetrics(world: ExportWorld, relation: ExportRelation): readonly SavedMetric[] {
  const domain = world.domains.find(({ table }) => table === relation.name);
  if (domain !== undefined) return listDomainMetrics(domain);
  const has = (name: string) => relation.columns.some((column) => column.name === name);
  const long = has('metric_value') && has('metric_date') ? [buildLongMetric()] : [];
  const marts = relation.kind === 'mart' ? [buildRowCount()] : [];
  return [...long, ...marts, ...listTileNeeds(world, relation.name).totals.values()];
}

function listCalculated(world: ExportWorld, relation: ExportRelation): readonly CalculatedColumn[] {
  const domain = world.domains.find(({ table }) => table === relation.name);
  return [
    ...(domain === undefined ? [] : listDimensionColumns(domain)),
    ...(GUIDE_COLUMNS[relation.name] ?? []),
    ...listTileNeeds(world, relation.name).labels.values(),
    ...(findDay(relation.columns) === null ? [STATE_DAY] : []),
  ];
}

function buildDataset(world: ExportWorld, target: BundleTarget, relation: ExportRelation): SupersetDataset {
  const schema = target.schemas[relation.kind];
  return {
    table_name: relation.name,
    main_dttm_col: findDay(relation.columns) ?? STATE_DAY.name,
    description: relation.description,
    offset: 0,
    cache_timeout: null,
    schema,
    sql: null,
    filter_select_enabled: true,
    uuid: buildUuid(`${target.name}/dataset/${relation.name}`),
    metrics: listMetrics(world, relation).map(buildMetric),
    columns: [...relation.columns, ...listCalculated(world, relation)].map((column) =>
      buildColumn(world, column),
    ),
    version: '1.0.0',
    database_uuid: buildUuid(`${target.name}/database`),
  };
}

const STEP_COLUMNS: readonly ExportColumn[] = [
  { name: 'step_order', type: 'INTEGER', description: 'The place of the step, from 1.' },
  { name: 'step', type: 'VARCHAR', description: 'What the step is called.' },
  { name: 'step_value', type: 'BIGINT', description: 'How many came to the step.' },
];

/** Datasets whose rows a mart has side by side: one for each mart that a funnel reads so. */
function buildStepDatasets(world: ExportWorld, target: BundleTarget): readonly SupersetDataset[] {
  const tiles = world.dashboards.flatMap((dashboard) => dashboard.tiles).filter(needsSteps);
  const models = new Map(
    tiles.flatMap(({ model }) => (model === undefined ? [] : [[model.name, model] as const])),
  );
  return [...models.values()].flatMap((model) => {
    const relation = world.relations.find(({ name }) => name === model.name);
    if (relation === undefined) return [];
    const name = nameSteps(model.name);
    const kept = relation.columns.filter((column) => model.filters.includes(column.name));
    const steps: ExportRelation = {
      kind: relation.kind,
      name,
      description: `The steps of ${model.name}, one under the other: one row per step and row of it.`,
      columns: [...kept, ...STEP_COLUMNS],
    };
    const sql = renderSteps(model, `${target.schemas[relation.kind]}.${model.name}`);
    return [{ ...buildDataset(world, target, steps), sql }];
  });
}

/** A dataset for each relation there is, with everything that charts name of it. */
export function buildDatasets(world: ExportWorld, target: BundleTarget): readonly SupersetDataset[] {
  return [
    ...world.relations.map((relation) => buildDataset(world, target, relation)),
    ...buildStepDatasets(world, target),
  ];
}
