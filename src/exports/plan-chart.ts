import { LATEST_ROWS, renderHaving } from './calculated-columns-store.ts';
import type { ExportAsk, ExportDomain, ExportMetric, ExportTile, ExportWorld } from './export-world.ts';
import { buildTotal, listDomainMetrics, renderFormat, type SavedMetric } from './saved-metrics-store.ts';
import type { ChartFilter } from './superset-types.ts';

/** A figure of a chart. */
export interface ChartMeasure {
  /** The saved metric. */
  readonly name: string;
  readonly unit: string;
  readonly format: string;
}

/** What a tile becomes in Superset, before it is written in the words of a kind of chart. */
export interface ChartPlan {
  readonly chart: string;
  /** The relation, or a virtual one that stands for the tile. */
  readonly dataset: string;
  readonly dimensions: readonly string[];
  readonly measures: readonly ChartMeasure[];
  /** The column of the time axis and its grain as an ISO period. */
  readonly time: { readonly column: string; readonly grain: string } | null;
  /** Columns of rows shown as they are. */
  readonly raw: readonly string[];
  readonly filters: readonly ChartFilter[];
  readonly order: readonly (readonly [string, 'asc' | 'desc'])[];
  readonly limit: number;
  /** True when the time filter of a dashboard says something about it. */
  readonly isTimed: boolean;
  /** Filters of a dashboard that it takes. */
  readonly takes: readonly string[];
  /** Saved metrics the dataset needs beside those of the catalogue. */
  readonly totals: readonly SavedMetric[];
}

/** A tile without a counterpart. */
export interface LeftOut {
  readonly leftOut: string;
}

const GRAINS: Readonly<Record<string, string>> = {
  auto: 'P1D',
  day: 'P1D',
  week: 'P1W',
  month: 'P1M',
  quarter: 'P3M',
};

const OPERATORS: Readonly<Record<string, string>> = {
  equals: 'IN',
  not_equals: 'NOT IN',
  contains: 'ILIKE',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  set: 'IS NOT NULL',
  not_set: 'IS NULL',
};

function buildSqlFilter(sqlExpression: string, clause: 'WHERE' | 'HAVING' = 'WHERE'): ChartFilter {
  return { expressionType: 'SQL', clause, sqlExpression };
}

function buildMemberFilter({ member, operator, values }: ExportAsk['filters'][number]): ChartFilter {
  const isList = operator === 'equals' || operator === 'not_equals';
  const [value] = values;
  return {
    expressionType: 'SIMPLE',
    clause: 'WHERE',
    subject: member,
    operator: OPERATORS[operator] ?? operator,
    comparator: isList ? values : operator === 'contains' ? `%${value}%` : (value ?? null),
  };
}

function buildMeasure(metric: ExportMetric): ChartMeasure {
  const unit = metric.isMultiple ? 'multiple' : metric.unit;
  return { name: metric.name, unit, format: renderFormat(unit) };
}

/** Conditions of a question: its own, those of the rows its dimensions stand in, and the last day where it shows one. */
function listAskFilters(domain: ExportDomain, ask: ExportAsk, isSnapshot: boolean): readonly ChartFilter[] {
  const metrics = new Map(listDomainMetrics(domain).map((metric) => [metric.name, metric]));
  const named = new Set([...ask.by, ...ask.keys, ...ask.filters.map(({ member }) => member)]);
  const rows = domain.dimensions.flatMap(({ name, rows: own }) =>
    named.has(name) && own !== null ? [own] : [],
  );
  return [
    ...(isSnapshot ? [buildSqlFilter(LATEST_ROWS)] : []),
    ...[...new Set(rows)].map((condition) => buildSqlFilter(condition)),
    ...ask.filters.map((filter) => {
      const metric = metrics.get(filter.member.split('.').at(-1) ?? '');
      if (metric === undefined) return buildMemberFilter(filter);
      const operator = OPERATORS[filter.operator] ?? '=';
      return buildSqlFilter(renderHaving(metric.expression, operator, filter.values), 'HAVING');
    }),
  ];
}

/** The dimensions a chart can be filtered by: those that stand in the same rows as the ones it shows. */
function listTaken({ dimensions }: ExportDomain, { by }: ExportAsk): readonly string[] {
  const shown = dimensions.filter(({ name }) => by.includes(name));
  return dimensions
    .filter(({ rows }) => shown.every((dimension) => dimension.rows === rows))
    .map(({ name }) => name);
}

function planAsk(world: ExportWorld, tile: ExportTile, ask: ExportAsk): ChartPlan | LeftOut {
  const found = ask.metrics.map((name) => world.findMetric(name));
  const [first] = found;
  if (first === undefined || found.some(({ domain }) => domain !== first.domain))
    return { leftOut: 'its metrics stand in several tables, and a chart of Superset reads one' };
  const { domain } = first;
  const isSnapshot = ask.every === undefined && ask.by.length > 0;
  const scattered = found.find(({ metric }) => !metric.isSummable && domain.companyRows === null);
  if (scattered !== undefined && !ask.by.includes(domain.entityId) && !ask.keys.includes(domain.entityId))
    return { leftOut: `${scattered.metric.name} of several ${domain.entityType}s does not make one figure` };
  const grain = GRAINS[ask.every ?? ''];
  return {
    chart: tile.chart,
    dataset: domain.table,
    dimensions: ask.by,
    measures: found.map(({ metric }) => buildMeasure(metric)),
    time: grain === undefined ? null : { column: 'metric_date', grain },
    raw: [],
    filters: listAskFilters(domain, ask, isSnapshot),
    order: ask.order.map(([name, direction]) => [name.split('.').at(-1) ?? name, direction] as const),
    limit: ask.limit,
    isTimed: !isSnapshot,
    takes: listTaken(domain, ask),
    totals: [],
  };
}

type Model = NonNullable<ExportTile['model']>;
type ModelColumn = Model['columns'][number];

const NO_FIGURES = ['text', 'day', 'month'];

/** Which columns of a tile are axes and which are figures: of a heat map the first two are its axes. */
function splitColumns(tile: ExportTile, model: Model) {
  const shown = model.columns.filter(({ hidden }) => !hidden);
  const isAxis = (column: ModelColumn, place: number): boolean =>
    tile.chart === 'heat_map' ? place < 2 : column.total === undefined && NO_FIGURES.includes(column.unit);
  return {
    shown,
    axes: shown.filter((column, place) => isAxis(column, place) && column.name !== model.period),
    figures: shown.filter((column, place) => !isAxis(column, place) && column.name !== model.period),
  };
}

/** Rows of a table as they are, unless a column brings them together. */
function isRaw(tile: ExportTile, model: Model): boolean {
  return tile.chart === 'table' && model.columns.every(({ total }) => total === undefined);
}

function listModelFilters(model: Model): readonly ChartFilter[] {
  return [
    ...(model.day === undefined ? [] : [buildSqlFilter(LATEST_ROWS)]),
    ...model.where.map(({ column, values }) =>
      buildMemberFilter({ member: column, operator: 'equals', values }),
    ),
  ];
}

/** A funnel over the columns of one row needs them one under the other. */
export function needsSteps(tile: ExportTile): boolean {
  const columns = tile.model?.columns.filter(({ hidden }) => !hidden) ?? [];
  return tile.chart === 'funnel' && columns.length > 1 && columns.every(({ total }) => total !== undefined);
}

/** The name of a tile's dataset of steps. */
export function nameSteps(model: string): string {
  return `${model}_steps`;
}

/** The column that stands for a date on an axis that is no time axis. */
function nameAxis({ name, unit }: ModelColumn): string {
  return unit === 'month' || unit === 'day' ? `${name}_text` : name;
}

function planModel(world: ExportWorld, tile: ExportTile, model: Model): ChartPlan | LeftOut {
  const relation = world.relations.find(({ name }) => name === model.name);
  if (relation === undefined)
    return { leftOut: `${model.name} is no mart, so a published database does not have it` };
  if (model.day !== undefined && !relation.columns.some(({ name }) => name === LATEST_ROWS))
    return { leftOut: `${model.name} does not mark the rows of its last day (${LATEST_ROWS})` };
  const { shown, axes, figures } = splitColumns(tile, model);
  const raw = isRaw(tile, model);
  const totals = raw ? [] : figures.map((column) => buildTotal(column, column.total ?? 'value'));
  const shared = {
    chart: tile.chart,
    filters: listModelFilters(model),
    limit: model.limit,
    isTimed: model.period !== undefined,
    takes: model.filters.filter((name) => !model.where.some(({ column }) => column === name)),
  };
  if (needsSteps(tile)) {
    const step = buildTotal(
      { name: 'step_value', label: tile.title, unit: shown[0]?.unit ?? 'count' },
      'sum',
    );
    return {
      ...shared,
      dataset: nameSteps(model.name),
      dimensions: ['step'],
      measures: [{ name: step.name, unit: 'count', format: step.format }],
      time: null,
      raw: [],
      order: [[step.name, 'desc']],
      totals: [step],
    };
  }
  const named = new Map(totals.map((total, place) => [figures[place]?.name ?? '', total.name]));
  return {
    ...shared,
    dataset: model.name,
    dimensions: raw ? [] : axes.map(nameAxis),
    measures: totals.map(({ name, format }, place) => ({
      name,
      format,
      unit: figures[place]?.unit ?? 'count',
    })),
    time: model.period === undefined ? null : { column: model.period, grain: 'P1M' },
    raw: raw ? shown.map(({ name }) => name) : [],
    order: model.order.map(([name, direction]) => [named.get(name) ?? name, direction] as const),
    totals,
  };
}

/** What a tile becomes, or why it has no counterpart. */
export function planChart(world: ExportWorld, tile: ExportTile): ChartPlan | LeftOut {
  if (tile.ask !== undefined) return planAsk(world, tile, tile.ask);
  if (tile.model !== undefined) return planModel(world, tile, tile.model);
  return {
    leftOut:
      tile.chart === 'survival'
        ? 'Superset has no survival curves'
        : 'the dashboard it is taken from has no such tile any more',
  };
}
