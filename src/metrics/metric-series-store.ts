import { quoteIdentifier, TenureError } from '../base/index.ts';
import type { Dialect } from '../engines/index.ts';
import { buildExactSum } from './aggregate-store.ts';
import { type Catalogue, type Domain, isSummable, type Metric } from './catalogue.ts';
import { type CompiledQuery, Parameters, renderFilter, renderValue } from './compile-plan-store.ts';
import { parseMetricQuery } from './metric-query.ts';
import { type Coverage, findMetric, type Leg, planMetricQuery } from './plan-query.ts';

/** Which values, of whom, over which days. */
export interface SeriesRequest {
  /** `company`, the entity of the metric's domain (`customer`, `owner`, `channel`), or one of its dimensions. */
  readonly grain: string;
  /** Half-open. */
  readonly range: { readonly from: string; readonly to: string };
  /** Rows whose dimension has one of the values; all rows when left out. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly coverage: Coverage;
  /** Of the engine that the coverage is of. */
  readonly dialect: Dialect;
}

function invalid(problem: string): TenureError {
  return new TenureError('METRIC_QUERY_INVALID', { problem });
}

/** Whether a row of the domain's table is one entity, and not a segment of several kinds. */
function hasEntity(domain: Domain): boolean {
  return domain.unified_entity_type === undefined;
}

/**
 * What a metric can be followed by, day by day: the company, its domain's entity, dimensions.
 *
 * @example
 * listSeriesGrains(findMetric(catalogue, 'current_mrr'));
 * // ['company', 'customer', 'plan_tier', 'industry', 'segment', 'csm_id', 'csm_name', 'health_band']
 */
export function listSeriesGrains(metric: Metric): readonly string[] {
  const { domain } = metric;
  const isAdded = isSummable(metric);
  return [
    ...(isAdded || domain.company_rows !== undefined ? ['company'] : []),
    ...(hasEntity(domain) ? [domain.entity_type] : []),
    ...(isAdded ? Object.keys(domain.dimensions) : []),
  ];
}

function listGrainDimensions(domain: Domain, grain: string): readonly string[] {
  if (grain === 'company') return [];
  if (grain === domain.entity_type && hasEntity(domain)) return [domain.entity_id, domain.entity_name];
  return [grain];
}

function planSeries(catalogue: Catalogue, metric: Metric, request: SeriesRequest): Leg {
  const query = parseMetricQuery({
    metrics: [`${metric.domain.domain}.${metric.name}`],
    dimensions: listGrainDimensions(metric.domain, request.grain),
    time: { range: request.range, granularity: 'day' },
    filters: Object.entries(request.filters ?? {}).map(([member, values]) => ({
      member,
      operator: 'equals',
      values,
    })),
  });
  const [leg] = planMetricQuery(catalogue, query, request.coverage).legs;
  if (leg === undefined) throw invalid(`${metric.name} has no values yet`);
  return leg;
}

interface SeriesValue {
  readonly leg: Leg;
  readonly request: SeriesRequest;
  readonly value: string;
}

function renderSeries({ leg, request, value }: SeriesValue): CompiledQuery {
  const parameters = new Parameters();
  const [id, name = id] = leg.dimensions.map(
    ({ column }) => `coalesce(cast(${quoteIdentifier(column)} as varchar), 'unknown')`,
  );
  const conditions = [
    `metric_date >= cast(${parameters.add(request.range.from)} as date)`,
    `metric_date < cast(${parameters.add(request.range.to)} as date)`,
    ...leg.rows.map((rows) => `(${rows})`),
    ...leg.filters.map((filter) => renderFilter(quoteIdentifier(filter.column), filter, parameters)),
  ];
  const keys = [id ?? `cast('all' as varchar)`, name ?? `cast('Company' as varchar)`];
  const sql = `select
      ${keys[0]} as entity_id,
      ${keys[1]} as entity_name,
      metric_date,
      ${value} as value
    from ${quoteIdentifier(leg.table)}
    where ${conditions.join(' and ')}
    group by 1, 2, 3`;
  return { sql, parameters: parameters.values };
}

/**
 * SQL for a metric on every day of a range: (entity_id, entity_name, metric_date, value). Tables are chosen, and ratios
 * of several entities made anew from their parts, as for a metric query of the same days; of one entity the value is as
 * it stands in its row. A day without a row is not in it.
 *
 * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID when the metric is not kept by the grain
 *
 * @example
 * compileMetricSeries(catalogue, 'core_feature_adoption_rate', { grain: 'plan_tier', range, coverage }).sql;
 * // select coalesce(cast("plan_tier" as varchar), 'unknown') as entity_id, …,
 * //   cast(sum(cast(core_features_adopted as decimal(28, 9))) as double precision) / nullif(…, 0) as value
 * // from "metrics_customer_success" where metric_date >= cast($1 as date) and … group by 1, 2, 3
 */
export function compileMetricSeries(
  catalogue: Catalogue,
  metricName: string,
  request: SeriesRequest,
): CompiledQuery {
  const metric = findMetric(catalogue, metricName);
  const grains = listSeriesGrains(metric);
  if (!grains.includes(request.grain))
    throw invalid(`${metric.name} is not kept by ${request.grain}, only by ${grains.join(', ')}`);
  const leg = planSeries(catalogue, metric, request);
  const value = `cast(${renderValue(metric, leg, buildExactSum(request.dialect))} as double precision)`;
  return renderSeries({ leg, request, value });
}

/**
 * SQL for what an entity is on every day of a range, for example its health band: a dimension's text in place of a
 * metric's number.
 *
 * @throws TenureError METRIC_QUERY_INVALID when the domain has no such dimension
 */
export function compileStateSeries(
  catalogue: Catalogue,
  state: { readonly domain: string; readonly dimension: string },
  request: SeriesRequest,
): CompiledQuery {
  const carrier = catalogue.metrics.find((metric) => metric.domain.domain === state.domain);
  const dimension = carrier?.domain.dimensions[state.dimension];
  if (carrier === undefined || dimension === undefined || !hasEntity(carrier.domain))
    throw invalid(`${state.domain} has no state ${state.dimension}`);
  const leg = planSeries(catalogue, carrier, { ...request, grain: carrier.domain.entity_type });
  const column = quoteIdentifier(dimension.column ?? state.dimension);
  return renderSeries({ leg, request, value: `max(cast(${column} as varchar))` });
}
