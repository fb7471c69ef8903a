import { listExpressionColumns } from './aggregate-store.ts';
import type { Catalogue, Domain, Metric } from './catalogue.ts';

/** What a definition lacks, and whose it is. */
export interface CatalogueProblem {
  readonly domain: string;
  readonly message: string;
}

/** What the definitions stand on. */
export interface CatalogueGround {
  /** The columns of a model, or undefined when there is no such model. */
  readonly columnsOf: (model: string) => ReadonlySet<string> | undefined;
  /** `schema.table` of every source. */
  readonly sources: ReadonlySet<string>;
}

/** The columns a metric is made from, itself included. */
function listParts(metric: Metric): readonly string[] {
  const parts =
    metric.type === 'ratio'
      ? [metric.numerator, metric.denominator]
      : listExpressionColumns(metric.expression);
  return [metric.name, ...parts, ...(metric.least === undefined ? [] : [metric.least.column])];
}

function checkDomain(domain: Domain, ground: CatalogueGround): readonly string[] {
  const dimensions = Object.entries(domain.dimensions).map(([name, { column }]) => column ?? name);
  return [domain.table, ...(domain.history === undefined ? [] : [domain.history])].flatMap((model) => {
    const columns = ground.columnsOf(model);
    if (columns === undefined) return [`there is no model ${model}`];
    return ['metric_date', domain.entity_id, domain.entity_name, ...dimensions]
      .filter((column) => !columns.has(column))
      .map((column) => `${model} has no column ${column}`);
  });
}

function checkMetric(metric: Metric, ground: CatalogueGround): readonly string[] {
  const columns = ground.columnsOf(metric.domain.table) ?? new Set();
  const missing = [...new Set(listParts(metric))].filter((column) => !columns.has(column));
  const unknown = Object.keys(metric.needs).filter((source) => !ground.sources.has(source));
  return [
    ...missing.map(
      (column) => `${metric.name} is made from ${column}, which ${metric.domain.table} does not have`,
    ),
    ...unknown.map((source) => `${metric.name} needs ${source}, which is no table of the contract`),
  ];
}

/** The definitions whose parts are not there. */
export function checkCatalogue(catalogue: Catalogue, ground: CatalogueGround): readonly CatalogueProblem[] {
  return catalogue.domains.flatMap((domain) => {
    const own = catalogue.metrics.filter((metric) => metric.domain === domain);
    return [...checkDomain(domain, ground), ...own.flatMap((metric) => checkMetric(metric, ground))].map(
      (message) => ({ domain: domain.domain, message }),
    );
  });
}
