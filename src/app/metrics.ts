import { nameCommonTypes } from '../engines/index.ts';
import {
  buildVersion,
  type CompiledMetricQuery,
  compileMetricQuery,
  findMetric,
  hasCompanyFigure,
  listDimensions,
  type MetricAnswer,
  type MetricQuery,
  runMetricQuery,
} from '../metrics/index.ts';
import type { TenureContext } from './context.ts';
import { readMetricCatalogue } from './definition-files.ts';
import { readWarehouse } from './query.ts';
import { renderArrow } from './query-arrow.ts';

/** A line of the list of metrics. */
export interface MetricEntry {
  readonly domain: string;
  readonly metric: string;
  readonly unit: string;
  /** True for a ratio that is written so many times: 2.9×. */
  readonly isMultiple: boolean;
  /** False for what has a figure for each entity only, such as a change that cannot be added up. */
  readonly hasCompanyFigure: boolean;
  readonly tier: string;
  readonly description: string;
}

/** Everything the catalogue says of a metric. */
export interface MetricCard extends MetricEntry {
  readonly label: string;
  readonly owner: string;
  readonly goodDirection: string;
  readonly synonyms: readonly string[];
  /** `schema.table` → trailing days looked at; null for any history. */
  readonly needs: Readonly<Record<string, number | null>>;
  readonly table: string;
  readonly dimensions: readonly string[];
  readonly formula: string;
  /** The definition it is made by beside its own, whose version a query's receipt names; null for most. */
  readonly restsOn: 'health' | null;
  readonly checkQuery: string;
  readonly version: string;
}

/** The metrics, domain by domain. */
export function listMetricEntries(): readonly MetricEntry[] {
  return readMetricCatalogue().metrics.map((metric) => ({
    domain: metric.domain.domain,
    metric: metric.name,
    unit: metric.unit,
    isMultiple: metric.is_multiple === true,
    hasCompanyFigure: hasCompanyFigure(metric),
    tier: metric.importance_tier,
    description: metric.description.trim(),
  }));
}

/**
 * One metric by its name.
 *
 * @throws TenureError METRIC_UNKNOWN with the nearest name, METRIC_QUERY_INVALID when two domains have it
 */
export function describeMetric(name: string): MetricCard {
  const catalogue = readMetricCatalogue();
  const metric = findMetric(catalogue, name);
  return {
    domain: metric.domain.domain,
    metric: metric.name,
    label: metric.label,
    description: metric.description.trim(),
    unit: metric.unit,
    isMultiple: metric.is_multiple === true,
    hasCompanyFigure: hasCompanyFigure(metric),
    tier: metric.importance_tier,
    owner: metric.owner,
    goodDirection: metric.good_direction,
    synonyms: metric.synonyms,
    needs: metric.needs,
    table: metric.domain.table,
    dimensions: [...listDimensions(metric.domain).keys()],
    formula: metric.type === 'ratio' ? `${metric.numerator} / ${metric.denominator}` : metric.expression,
    restsOn: metric.rests_on ?? null,
    checkQuery: metric.check_query.trim(),
    version: buildVersion(metric),
  };
}

/**
 * The dimensions of a metric by its name.
 *
 * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID when two domains have it
 */
export function listMetricDimensions(name: string): readonly string[] {
  return [...listDimensions(findMetric(readMetricCatalogue(), name).domain).keys()];
}

/** Answers a metric query from the last good warehouse. */
export function askMetrics(context: TenureContext, query: MetricQuery): Promise<MetricAnswer> {
  return readWarehouse(context, (engine) => runMetricQuery(engine, readMetricCatalogue(), query));
}

/** Compiles a metric query for the last good warehouse. */
export function compileMetrics(context: TenureContext, query: MetricQuery): Promise<CompiledMetricQuery> {
  return readWarehouse(context, (engine) => compileMetricQuery(engine, readMetricCatalogue(), query));
}

/** Answers a metric query in Arrow. */
export function askMetricsArrow(
  context: TenureContext,
  query: MetricQuery,
): Promise<AsyncIterable<Uint8Array>> {
  return readWarehouse(context, async (engine) => {
    const { rows, sql } = await runMetricQuery(engine, readMetricCatalogue(), query);
    const columns = nameCommonTypes(await engine.describe(sql), engine);
    const names = columns.map(({ name }) => name);
    const chunk = { columns: names, rows: rows.map((row) => names.map((name) => row[name] ?? null)) };
    return renderArrow(columns, [chunk]);
  });
}
