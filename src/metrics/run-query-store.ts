import { createHash } from 'node:crypto';
import { quoteIdentifier } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import type { Catalogue, Metric } from './catalogue.ts';
import { type CompiledQuery, compileMetricPlan } from './compile-plan-store.ts';
import { fetchHealthReceipt, type HealthReceipt } from './health-receipt-store.ts';
import { parseMetricQuery } from './metric-query.ts';
import { type Coverage, type MetricPlan, planMetricQuery } from './plan-query.ts';
import type { Period } from './time-range.ts';

/** A metric that could not be answered, and what it takes. */
export interface Unavailable {
  readonly metric: string;
  readonly reason: string;
  /** Source tables, or what it waits for. */
  readonly needs: readonly string[];
  readonly how: string;
}

/** An answer with its receipt: what was asked of the database, over which days, by which definition. */
export interface MetricAnswer {
  readonly rows: readonly Row[];
  readonly sql: string;
  readonly parameters: CompiledQuery['parameters'];
  /** Half-open, as far as it is known. */
  readonly range: { readonly from: string; readonly to: string };
  readonly asOf: string;
  readonly periods: readonly Period[];
  /** The last day each source knows of. */
  readonly watermarks: Readonly<Record<string, string | null>>;
  readonly definitions: readonly {
    readonly metric: string;
    readonly domain: string;
    readonly version: string;
    /** The health definition it rests on, for metrics made by one. */
    readonly health?: HealthReceipt;
  }[];
  readonly unavailable: readonly Unavailable[];
  readonly warnings: readonly string[];
}

/** The version of a definition: equal as long as nothing in it changes. */
export function buildVersion({ domain, ...definition }: Metric): string {
  return createHash('sha256')
    .update(JSON.stringify([domain.table, definition]))
    .digest('hex')
    .slice(0, 12);
}

async function listDefinitions(engine: Engine, plan: MetricPlan): Promise<MetricAnswer['definitions']> {
  const isHealth = plan.metrics.some(({ metric }) => metric.rests_on === 'health');
  const health = isHealth ? await fetchHealthReceipt(engine) : null;
  return plan.metrics.map(({ name, metric }) => ({
    metric: name,
    domain: metric.domain.domain,
    version: buildVersion(metric),
    ...(metric.rests_on === undefined || health === null ? {} : { health }),
  }));
}

async function readCoverage(engine: Engine, catalogue: Catalogue): Promise<Coverage> {
  const relations = new Set((await engine.listRelations()).map(({ name }) => name));
  const tables = catalogue.domains.flatMap((domain) => [
    domain.table,
    domain.history ?? domain.table,
    `int_company_${domain.domain}`,
  ]);
  const present = [...new Set(tables)].filter((table) => relations.has(table));
  const selects = present.map(
    (table) => `select '${table}' as name, min(metric_date) as day from ${quoteIdentifier(table)}`,
  );
  const rows = await engine.query(
    [`select 'int_days' as name, max(metric_date) as day from int_days`, ...selects].join(' union all '),
  );
  const days = new Map(rows.flatMap(({ name, day }) => (day === null ? [] : [[String(name), String(day)]])));
  return { asOf: days.get('int_days') ?? '', firstDays: days };
}

const coverages = new WeakMap<Engine, { catalogue: Catalogue; coverage: Promise<Coverage> }>();

/** What a warehouse holds; one that cannot change is asked once. */
export function fetchCoverage(engine: Engine, catalogue: Catalogue): Promise<Coverage> {
  const known = coverages.get(engine);
  if (known?.catalogue === catalogue) return known.coverage;
  const coverage = readCoverage(engine, catalogue);
  if (engine.isFrozen) coverages.set(engine, { catalogue, coverage });
  return coverage;
}

async function fetchWatermarks(engine: Engine, plan: MetricPlan): Promise<Record<string, string | null>> {
  const needed = [...new Set(plan.metrics.flatMap(({ metric }) => Object.keys(metric.needs)))].sort();
  const rows = await engine.query('select source_name, last_event_date from source_watermarks');
  const known = new Map(rows.map((row) => [String(row['source_name']), row['last_event_date']]));
  return Object.fromEntries(
    needed.map((source) => {
      const day = known.get(source) ?? null;
      return [source, day === null ? null : String(day)];
    }),
  );
}

/** The metrics without a single value, with the reason `metric_availability` gives. */
async function fetchUnavailable(
  engine: Engine,
  plan: MetricPlan,
  rows: readonly Row[],
): Promise<readonly Unavailable[]> {
  const empty = plan.metrics.filter(({ name }) => rows.every((row) => row[name] === null));
  if (empty.length === 0) return [];
  const reasons = await engine.query(
    'select model_name, column_name, reason, needs, how_to_get from metric_availability where not is_available',
  );
  return empty.flatMap(({ name, metric }) => {
    const found = reasons.find(
      (row) => row['model_name'] === metric.domain.table && row['column_name'] === metric.name,
    );
    if (found === undefined) return [];
    const [reason, needs, how] = [found['reason'], found['needs'], found['how_to_get']].map(String);
    return [{ metric: name, reason: reason ?? '', needs: (needs ?? '').split(', '), how: how ?? '' }];
  });
}

/** Why a model has no rows: the first source it lacks, and how to get it; null where it lacks none. */
export async function fetchModelGap(
  engine: Engine,
  model: string,
): Promise<{ readonly reason: string; readonly how: string } | null> {
  const [row] = await engine.query(
    `select reason, how_to_get from metric_availability
     where model_name = $1 and not is_available order by column_name limit 1`,
    [model],
  );
  return row === undefined ? null : { reason: String(row['reason']), how: String(row['how_to_get']) };
}

function listStale(watermarks: Readonly<Record<string, string | null>>, to: string): readonly string[] {
  return Object.entries(watermarks)
    .filter(([, day]) => day !== null && day < to)
    .map(([source, day]) => `${source} ends on ${day}: later days are unknown.`);
}

/**
 * Answers a metric query from the warehouse, with its receipt. The engine's search path names the schemas.
 *
 * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID, QUERY_FAILED
 *
 * @example
 * const { rows } = await runMetricQuery(engine, catalogue, {
 *   metrics: ['current_mrr'], dimensions: ['plan_tier'], time: { range: 'last 3 months', granularity: 'month' },
 * });
 */
export async function runMetricQuery(
  engine: Engine,
  catalogue: Catalogue,
  input: unknown,
): Promise<MetricAnswer> {
  const plan = planMetricQuery(catalogue, parseMetricQuery(input), await fetchCoverage(engine, catalogue));
  const { sql, parameters } = compileMetricPlan(plan, engine.dialect);
  const rows = await engine.query(sql, parameters);
  const watermarks = await fetchWatermarks(engine, plan);
  const { from, to, periods } = plan.periods;
  const last = periods.at(-1)?.last ?? from;
  return {
    rows,
    sql,
    parameters,
    range: { from, to },
    asOf: last,
    periods,
    watermarks,
    definitions: await listDefinitions(engine, plan),
    unavailable: await fetchUnavailable(engine, plan, rows),
    warnings: [...plan.warnings, ...listStale(watermarks, last)],
  };
}

/** What a question would ask of the database. */
export interface CompiledMetricQuery {
  readonly sql: string;
  readonly parameters: CompiledQuery['parameters'];
  /** Half-open, as far as it is known. */
  readonly range: { readonly from: string; readonly to: string };
  readonly periods: readonly Period[];
  /** The tables that are read, and how. */
  readonly reads: readonly {
    readonly table: string;
    readonly metrics: readonly string[];
    readonly dimensions: readonly string[];
    /** `last`: the last day of a period; `sum`: all its days. */
    readonly overTime: 'last' | 'sum';
  }[];
  readonly warnings: readonly string[];
}

/**
 * Compiles a metric query without running it.
 *
 * @throws TenureError METRIC_UNKNOWN, METRIC_QUERY_INVALID
 */
export async function compileMetricQuery(
  engine: Engine,
  catalogue: Catalogue,
  input: unknown,
): Promise<CompiledMetricQuery> {
  const plan = planMetricQuery(catalogue, parseMetricQuery(input), await fetchCoverage(engine, catalogue));
  const { from, to, periods } = plan.periods;
  return {
    ...compileMetricPlan(plan, engine.dialect),
    range: { from, to },
    periods,
    reads: plan.legs.map(({ table, metrics, dimensions, overTime }) => ({
      table,
      metrics: metrics.map(({ name }) => name),
      dimensions: dimensions.map(({ name }) => name),
      overTime,
    })),
    warnings: plan.warnings,
  };
}
