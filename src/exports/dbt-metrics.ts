import { renderRows } from './dbt-metrics-store.ts';
import type { ExportDomain, ExportMetric, ExportWorld } from './export-world.ts';

/** A way to add rows up: before an aggregation, the column `expr` of the last day. */
export interface Measure {
  readonly name: string;
  readonly description: string;
  readonly agg: 'sum' | 'average' | 'max';
  readonly expr: string;
  readonly non_additive_dimension?: { readonly name: 'metric_date'; readonly window_choice: 'max' };
}

export interface SemanticModel {
  readonly name: string;
  readonly description: string;
  readonly model: string;
  readonly defaults: { readonly agg_time_dimension: 'metric_date' };
  readonly primary_entity: string;
  readonly entities: readonly { readonly name: string; readonly type: 'foreign'; readonly expr: string }[];
  readonly dimensions: readonly (
    | { readonly name: string; readonly type: 'categorical'; readonly expr: string }
    | {
        readonly name: string;
        readonly type: 'time';
        readonly type_params: { readonly time_granularity: 'day' };
      }
  )[];
  readonly measures: readonly Measure[];
}

/** A metric of the semantic layer; `type_params` are those of its type. */
export interface SemanticMetric {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'simple' | 'ratio' | 'derived';
  readonly type_params: {
    readonly measure?: string;
    readonly numerator?: string;
    readonly denominator?: string;
    readonly expr?: string;
    readonly metrics?: readonly { readonly name: string; readonly alias?: string }[];
  };
  readonly config: { readonly meta: { readonly unit: string } };
}

/** A metric that MetricFlow has no word for. */
export interface LeftOutMetric {
  readonly metric: string;
  readonly reason: string;
}

export interface SemanticDomain {
  readonly semanticModel: SemanticModel;
  readonly metrics: readonly SemanticMetric[];
  readonly leftOut: readonly LeftOutMetric[];
}

/** Rows that figures are made of: those of the company, or those kept for a dimension. */
interface Variant {
  /** What names end on: empty for the company. */
  readonly suffix: string;
  readonly words: string;
  readonly rows: string | null;
}

function listVariants(domain: ExportDomain): readonly Variant[] {
  const variants: Variant[] = [{ suffix: '', words: '', rows: domain.companyRows }];
  for (const { name, rows } of domain.dimensions) {
    if (rows === null || variants.some((variant) => variant.rows === rows)) continue;
    const word = name === domain.entityId ? domain.entityType : name;
    variants.push({
      suffix: `_by_${word}`,
      words: ` Over the rows of each ${word.replaceAll('_', ' ')}.`,
      rows,
    });
  }
  return variants;
}

/** What is built of one variant of a domain. */
interface Desk {
  readonly domain: ExportDomain;
  readonly variant: Variant;
  readonly measures: Map<string, Measure>;
  readonly metrics: Map<string, SemanticMetric>;
  /** A metric's name among all domains: with its domain where another has it too. */
  nameMetric(metric: string): string;
}

function addMeasure(desk: Desk, column: string, agg: Measure['agg']): string {
  const { domain, variant } = desk;
  const kind = agg === 'sum' ? '' : `_${agg}`;
  const name = `${domain.name}_${column}${variant.suffix}${kind}`;
  const isState = domain.metrics.every(({ overTime }) => overTime === 'last');
  desk.measures.set(name, {
    name,
    description: `${column} of ${domain.table}${isState ? ', on the last day' : ''}.${variant.words}`,
    agg,
    expr: renderRows(column, variant.rows),
    ...(isState ? { non_additive_dimension: { name: 'metric_date', window_choice: 'max' } as const } : {}),
  });
  return name;
}

/** A column added up, as a metric that others are made from; a metric of the catalogue where it is one already. */
function addPart(desk: Desk, column: string): string {
  const { domain, variant } = desk;
  const own = domain.metrics.find(
    (metric) =>
      metric.kind === 'sum' && listColumns(metric).length === 1 && listColumns(metric)[0] === column,
  );
  const measure = addMeasure(desk, column, 'sum');
  if (own !== undefined) return `${desk.nameMetric(own.name)}${variant.suffix}`;
  desk.metrics.set(measure, {
    name: measure,
    label: measure.replaceAll('_', ' '),
    description: `A part of other metrics: ${column}.${variant.words}`,
    type: 'simple',
    type_params: { measure },
    config: { meta: { unit: 'number' } },
  });
  return measure;
}

/** The columns a metric is made from, in the order of its expression. */
function listColumns(metric: ExportMetric): readonly string[] {
  const columns: string[] = [];
  metric.render({
    sum: (column) => {
      columns.push(column);
      return column;
    },
    count: (column) => column,
  });
  return [...new Set(columns)];
}

const AGGREGATIONS = { sum: 'sum', average: 'average', one: 'max' } as const;

function buildParams(desk: Desk, metric: ExportMetric): Pick<SemanticMetric, 'type' | 'type_params'> {
  const columns = listColumns(metric);
  if (metric.kind === 'ratio') {
    const [numerator = '', denominator = ''] = columns.map((column) => addPart(desk, column));
    return { type: 'ratio', type_params: { numerator, denominator } };
  }
  if (metric.kind !== 'derived')
    return {
      type: 'simple',
      type_params: { measure: addMeasure(desk, columns[0] ?? '', AGGREGATIONS[metric.kind]) },
    };
  const expression = metric.render({ sum: (column) => column, count: (column) => column });
  const { least } = metric;
  const all = least === null ? columns : [...new Set([...columns, least.column])];
  return {
    type: 'derived',
    type_params: {
      expr:
        least === null ? expression : `case when ${least.column} >= ${least.several} then ${expression} end`,
      metrics: all.map((column) => {
        const name = addPart(desk, column);
        // MetricFlow refuses an alias that is the name itself.
        return name === column ? { name } : { name, alias: column };
      }),
    },
  };
}

function explainLeftOut(desk: Desk, metric: ExportMetric): string | null {
  const isOneRow = desk.variant.rows !== null && desk.variant.suffix === '';
  if (metric.isSummable || isOneRow) return null;
  return `several ${desk.domain.entityType}s do not make one figure of it`;
}

/** Names that have to differ among all domains. */
interface Names {
  readonly nameMetric: Desk['nameMetric'];
  /** An entity is nowhere a dimension. */
  readonly nameEntity: (domain: ExportDomain) => string;
}

function buildSemanticModel(
  domain: ExportDomain,
  measures: readonly Measure[],
  entity: string,
): SemanticModel {
  return {
    name: domain.name,
    description: `The metrics of ${domain.table}: one row per ${domain.entityType} and day.`,
    model: `ref('${domain.table}')`,
    defaults: { agg_time_dimension: 'metric_date' },
    primary_entity: `${entity}_day`,
    entities: [{ name: entity, type: 'foreign', expr: domain.entityId }],
    dimensions: [
      { name: 'metric_date', type: 'time', type_params: { time_granularity: 'day' } },
      ...domain.dimensions
        .filter(({ name }) => name !== domain.entityId)
        .map(({ name, column, rows }) => ({
          name,
          type: 'categorical' as const,
          expr: renderRows(column, rows),
        })),
    ],
    measures,
  };
}

function buildDomain(domain: ExportDomain, { nameMetric, nameEntity }: Names): SemanticDomain {
  const [measures, metrics] = [new Map<string, Measure>(), new Map<string, SemanticMetric>()];
  const leftOut: LeftOutMetric[] = [];
  for (const variant of listVariants(domain)) {
    const desk: Desk = { domain, variant, measures, metrics, nameMetric };
    for (const metric of domain.metrics) {
      const name = `${nameMetric(metric.name)}${variant.suffix}`;
      const reason = explainLeftOut(desk, metric);
      if (reason !== null) {
        leftOut.push({ metric: name, reason });
        continue;
      }
      metrics.set(name, {
        name,
        label: variant.suffix === '' ? metric.label : `${metric.label}${variant.suffix.replaceAll('_', ' ')}`,
        description: `${metric.description}${variant.words}`,
        ...buildParams(desk, metric),
        config: { meta: { unit: metric.isMultiple ? 'multiple' : metric.unit } },
      });
    }
  }
  const semanticModel = buildSemanticModel(domain, [...measures.values()], nameEntity(domain));
  return { semanticModel, metrics: [...metrics.values()], leftOut };
}

/** Labels have to differ: where two metrics share one, their names stand behind it. */
function tellApart(domains: readonly SemanticDomain[]): readonly SemanticDomain[] {
  const labels = domains.flatMap(({ metrics }) => metrics.map(({ label }) => label));
  const shared = new Set(labels.filter((label, place) => labels.indexOf(label) !== place));
  return domains.map((domain) => ({
    ...domain,
    metrics: domain.metrics.map((metric) =>
      shared.has(metric.label) ? { ...metric, label: `${metric.label} (${metric.name})` } : metric,
    ),
  }));
}

/**
 * The catalogue in the words of dbt's semantic layer (MetricFlow): a semantic model for each table of metrics. What days
 * do not add up has a non-additive dimension, so that the last day of a range or a grain counts. A table with rows of the
 * company beside those of its parts has each metric of both: `win_rate`, `win_rate_by_owner`.
 */
export function buildSemanticDomains({ domains }: ExportWorld): readonly SemanticDomain[] {
  const names = domains.flatMap(({ metrics }) => metrics.map(({ name }) => name));
  const dimensions = new Set(domains.flatMap((domain) => domain.dimensions.map(({ name }) => name)));
  const built = domains.map((domain) =>
    buildDomain(domain, {
      nameMetric: (name) =>
        names.indexOf(name) === names.lastIndexOf(name) ? name : `${domain.name}_${name}`,
      nameEntity: ({ name, entityType }) =>
        dimensions.has(entityType) ? `${name}_${entityType}` : entityType,
    }),
  );
  return tellApart(built);
}
