import type { Dialect } from '../engines/index.ts';
import type { MetricDefinition } from './catalogue.ts';

/** How a column is added up to a 64-bit float, in SQL or in a macro's words. */
export type RenderSum = (column: string) => string;

/** What metrics are made from: columns added up, and their known values counted. */
export interface MeasureParts {
  readonly sum: RenderSum;
  readonly count: RenderSum;
}

/** Names in an expression that are columns: not called as functions, and no words of SQL. */
const COLUMN = /(?<![\w.'])[a-z_][a-z0-9_]*(?!\w)(?!\s*\()/g;
const WORDS = new Set([
  'and',
  'as',
  'case',
  'decimal',
  'double',
  'else',
  'end',
  'is',
  'not',
  'null',
  'or',
  'precision',
  'then',
  'when',
]);

/** The columns a derived metric is made from. */
export function listExpressionColumns(expression: string): readonly string[] {
  return [...new Set([...expression.matchAll(COLUMN)].map(([name]) => name))].filter(
    (name) => !WORDS.has(name),
  );
}

/** Exact whatever the order of the rows: floats are added up as decimals. */
export function buildExactSum({ toDecimal }: Dialect): RenderSum {
  return (column) => `cast(sum(${toDecimal(column, 9)}) as double precision)`;
}

/** A metric in the words of its parts, whatever it has to reach to be known. */
export function renderMeasure(metric: MetricDefinition, { sum, count }: MeasureParts): string {
  if (metric.type === 'ratio') return `${sum(metric.numerator)} / nullif(${sum(metric.denominator)}, 0)`;
  if (metric.type === 'derived')
    return metric.expression.replaceAll(COLUMN, (word) => (WORDS.has(word) ? word : sum(word)));
  const total = sum(metric.expression);
  return metric.over_entities === 'average' ? `${total} / nullif(${count(metric.expression)}, 0)` : total;
}

/**
 * A metric over several entities of one day, from sums of its parts: ratios are made anew, never averaged.
 *
 * @example
 * renderAggregate(coreAdoption, buildExactSum(duckdbDialect));
 * // cast(sum(cast(core_features_adopted as decimal(28, 9))) as double precision) / nullif(…, 0)
 */
export function renderAggregate(metric: MetricDefinition, renderSum: RenderSum): string {
  const measure = renderMeasure(metric, { sum: renderSum, count: (name) => `count(${name})` });
  if (metric.least === undefined) return measure;
  const { column, several } = metric.least;
  return `case when sum(${column}) >= ${several} then ${measure} end`;
}
