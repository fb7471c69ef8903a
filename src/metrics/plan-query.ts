import { TenureError } from '../base/index.ts';
import { earliestOf } from './calendar.ts';
import { type Catalogue, type Domain, isSummable, type Metric } from './catalogue.ts';
import type { MetricFilter, ParsedQuery } from './metric-query.ts';
import { buildPeriods, type Comparison, comparePeriod, type Period, type Periods } from './time-range.ts';

/** What the warehouse holds: its day, and the first day of each table the planner may read. */
export interface Coverage {
  readonly asOf: string;
  readonly firstDays: ReadonlyMap<string, string>;
}

/** A dimension as a column of a table. */
export interface PlannedDimension {
  readonly name: string;
  readonly column: string;
}

/** A metric that is asked for, under the name it was asked by. */
export interface PlannedMetric {
  readonly name: string;
  readonly metric: Metric;
}

/** Metrics that are read from one table in one way. */
export interface Leg {
  readonly table: string;
  /** Conditions of the catalogue on the table's rows. */
  readonly rows: readonly string[];
  readonly metrics: readonly PlannedMetric[];
  readonly dimensions: readonly PlannedDimension[];
  readonly filters: readonly (MetricFilter & { readonly column: string })[];
  /** True when every group is one row, whose value stands as it is. */
  readonly isOneRow: boolean;
  /** `last`: the last day of a period; `sum`: all its days. */
  readonly overTime: 'last' | 'sum';
}

export interface ComparisonPlan {
  readonly comparison: Comparison;
  readonly periods: readonly Period[];
}

/** What has to be asked of the warehouse: plain data, turned into SQL by `compileMetricPlan`. */
export interface MetricPlan {
  readonly query: ParsedQuery;
  readonly periods: Periods;
  readonly comparisons: readonly ComparisonPlan[];
  readonly legs: readonly Leg[];
  readonly dimensions: readonly string[];
  /** The metrics asked for, in order, those that wait included. */
  readonly metrics: readonly { readonly name: string; readonly metric: Metric }[];
  readonly metricFilters: readonly MetricFilter[];
  readonly warnings: readonly string[];
}

function invalid(problem: string): TenureError {
  return new TenureError('METRIC_QUERY_INVALID', { problem });
}

/**
 * Finds a metric by `name` or `domain.name`.
 *
 * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID when two domains have the name
 */
export function findMetric(catalogue: Catalogue, name: string): Metric {
  const [first = '', second] = name.split('.');
  const wanted = (second ?? first).toLowerCase();
  const found = catalogue.metrics.filter(
    (metric) => metric.name === wanted && (second === undefined || metric.domain.domain === first),
  );
  const [metric, other] = found;
  if (metric === undefined) {
    const alike = catalogue.metrics.find(
      (candidate) =>
        candidate.synonyms.some((word) => word.toLowerCase() === wanted.replaceAll('_', ' ')) ||
        candidate.name.includes(wanted),
    );
    throw new TenureError('METRIC_UNKNOWN', {
      name,
      hint: alike === undefined ? '' : `Did you mean ${alike.domain.domain}.${alike.name}?`,
    });
  }
  if (other !== undefined) {
    const names = found.map(({ domain }) => `${domain.domain}.${wanted}`).join(' or ');
    throw invalid(`${wanted} is a metric of two domains: write ${names}`);
  }
  return metric;
}

/** The dimensions of a domain by name: those it lists, and the entity. */
export function listDimensions(
  domain: Domain,
): ReadonlyMap<string, { column: string; rows: string | undefined }> {
  const entity = [domain.entity_id, domain.entity_name].map(
    (column) => [column, { column, rows: domain.unified_rows }] as const,
  );
  const listed = Object.entries(domain.dimensions).map(
    ([name, { column, rows }]) =>
      [name, { column: column ?? name, rows: rows ?? domain.unified_rows }] as const,
  );
  return new Map([...entity, ...listed]);
}

function resolveDimension(domain: Domain, name: string, metric: string) {
  const dimension = listDimensions(domain).get(name);
  if (dimension !== undefined) return dimension;
  throw invalid(
    `${metric} has no dimension ${name} (it has ${[...listDimensions(domain).keys()].join(', ')})`,
  );
}

/** The rows of a domain's table that the dimensions stand in; they have to be the same rows. */
function resolveRows(domain: Domain, names: readonly string[], metric: string): readonly string[] {
  if (names.length === 0) return domain.company_rows === undefined ? [] : [domain.company_rows];
  const rows = [...new Set(names.map((name) => resolveDimension(domain, name, metric).rows))];
  if (rows.length > 1) throw invalid(`${metric} is not kept by ${names.join(' and ')} together`);
  return rows[0] === undefined ? [] : [rows[0]];
}

interface Asked {
  readonly query: ParsedQuery;
  readonly coverage: Coverage;
  /** The first day any period or comparison looks at. */
  readonly firstDay: string;
  readonly metricNames: ReadonlySet<string>;
}

/** The narrowest table that reaches back far enough, and whether its rows are the company already. */
function chooseTable(domain: Domain, isCompany: boolean, asked: Asked): { table: string; isWhole: boolean } {
  const reaches = (table: string) => (asked.coverage.firstDays.get(table) ?? '9999') <= asked.firstDay;
  if (isCompany && domain.company_rows === undefined) {
    const company = `int_company_${domain.domain}`;
    if (domain.history === undefined || reaches(company)) return { table: company, isWhole: true };
    return { table: domain.history, isWhole: false };
  }
  const isNear = domain.history === undefined || reaches(domain.table);
  return { table: isNear ? domain.table : (domain.history ?? domain.table), isWhole: isCompany };
}

/** What has one value in every group: the dimensions, and what is filtered to a single value. */
function listPinned(query: ParsedQuery, filters: readonly MetricFilter[]): readonly string[] {
  const single = filters.filter(({ operator, values }) => operator === 'equals' && values.length === 1);
  return [...query.dimensions, ...single.map(({ member }) => member)];
}

/** Whether a value of the dimension is one row a day: the entity's, or that of rows kept for the dimension. */
function isKey(domain: Domain, dimension: string): boolean {
  return dimension === domain.entity_id || domain.dimensions[dimension]?.rows !== undefined;
}

function planLeg(asked: Asked, domain: Domain, metrics: readonly PlannedMetric[]): Leg {
  const { query, metricNames } = asked;
  const [first] = metrics;
  const label = first?.name ?? domain.domain;
  const filters = query.filters.filter(({ member }) => !metricNames.has(member));
  const names = [...new Set([...query.dimensions, ...filters.map(({ member }) => member)])];
  const rows = resolveRows(domain, names, label);
  const { table, isWhole } = chooseTable(domain, names.length === 0, asked);
  const isOneRow = isWhole || listPinned(query, filters).some((name) => isKey(domain, name));
  // A company that is added up over its entities keeps only what can be.
  const isKept = isOneRow && !(isWhole && domain.company_rows === undefined);
  const scattered = metrics.find(({ metric }) => !isKept && !isSummable(metric));
  if (scattered !== undefined) {
    const fix =
      domain.company_rows === undefined
        ? `ask by ${domain.entity_id}, or for one`
        : `ask by ${domain.entity_id}, for one, or for the company`;
    throw invalid(`${scattered.name} of several ${domain.entity_type}s does not make one figure: ${fix}`);
  }
  return {
    table,
    rows,
    metrics,
    isOneRow,
    dimensions: query.dimensions.map((name) => ({
      name,
      column: resolveDimension(domain, name, label).column,
    })),
    filters: filters.map((filter) => ({
      ...filter,
      column: resolveDimension(domain, filter.member, label).column,
    })),
    overTime: first?.metric.over_time ?? 'last',
  };
}

function checkAggregate(query: ParsedQuery, metrics: readonly PlannedMetric[]): void {
  const wanted = query.time.aggregate;
  if (wanted === undefined) return;
  const wrong = metrics.find(({ metric }) => metric.over_time !== wanted);
  if (wrong === undefined) return;
  throw invalid(
    wanted === 'sum'
      ? `${wrong.name} is a state or a trailing window: added up over days it counts the same thing again and again`
      : `${wrong.name} is a flow of one day: its last day does not stand for the period`,
  );
}

function groupLegs(metrics: readonly PlannedMetric[]): readonly PlannedMetric[][] {
  const groups = new Map<string, PlannedMetric[]>();
  for (const planned of metrics) {
    const key = `${planned.metric.domain.domain} ${planned.metric.over_time}`;
    groups.set(key, [...(groups.get(key) ?? []), planned]);
  }
  return [...groups.values()];
}

/**
 * Decides which tables answer a question and over which days.
 *
 * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID
 */
export function planMetricQuery(catalogue: Catalogue, query: ParsedQuery, coverage: Coverage): MetricPlan {
  const { granularity, range, asOf = coverage.asOf } = query.time;
  const warnings: string[] = [];
  if (asOf > coverage.asOf) warnings.push(`Nothing after ${coverage.asOf} is known: the range ends there.`);
  const day = earliestOf(asOf, coverage.asOf);
  const periods = buildPeriods({ range, granularity, asOf: day });
  const comparisons = query.compare.map((comparison) => ({
    comparison,
    periods: periods.periods.map((period) => comparePeriod(period, comparison, periods)),
  }));
  const metrics = query.metrics.map((name) => ({ name, metric: findMetric(catalogue, name) }));
  checkAggregate(query, metrics);
  const metricNames = new Set(query.metrics);
  const lastDays = [periods, ...comparisons].flatMap((group) => group.periods.map(({ last }) => last));
  const firstDay = earliestOf(day, ...lastDays);
  const asked: Asked = { query, coverage, firstDay, metricNames };
  const legs = groupLegs(metrics).map((group) =>
    planLeg(asked, (group[0] as PlannedMetric).metric.domain, group),
  );
  for (const { table } of legs) {
    const first = coverage.firstDays.get(table);
    if (first !== undefined && first > firstDay)
      warnings.push(`${table} begins on ${first}: earlier days are unknown.`);
  }
  return {
    query,
    periods,
    comparisons,
    legs,
    dimensions: query.dimensions,
    metrics,
    metricFilters: query.filters.filter(({ member }) => metricNames.has(member)),
    warnings,
  };
}
