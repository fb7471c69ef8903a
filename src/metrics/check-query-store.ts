import { TenureError } from '../base/index.ts';
import { type Catalogue, isMeasured, type MeasuredMetric, type Metric } from './catalogue.ts';

/** `{check:name}` or `{check:name:-30}`: another metric's check, so many days away. */
const OTHER = /\{check:([a-z0-9_]+)(?::(-?\d+))?\}/g;

function findMetric(catalogue: Catalogue, from: Metric, name: string): Metric<MeasuredMetric> {
  const found = catalogue.metrics.find((metric) => metric.name === name && metric.domain === from.domain);
  if (found === undefined || !isMeasured(found)) {
    throw new TenureError('CATALOGUE_INVALID', {
      place: from.name,
      problem: `its check_query names {check:${name}}, and ${from.domain.domain} has no such metric with a check`,
    });
  }
  return found;
}

function renderAt(catalogue: Catalogue, metric: Metric<MeasuredMetric>, day: string): string {
  return metric.check_query
    .replaceAll(OTHER, (_match, name: string, days: string | undefined) => {
      const other = findMetric(catalogue, metric, name);
      return `(${renderAt(catalogue, other, `(cast(${day} as date) + (${days ?? '0'}))`)})`;
    })
    .replaceAll('{entity_id}', '$1')
    .replaceAll('{metric_date}', day);
}

/**
 * A metric's check as SQL over the staging schema, with two parameters: the entity's id and the day as text.
 *
 * @example
 * renderCheckQuery(catalogue, metric);
 * // select count(*) from stg_support_tickets where customer_id = $1 and created_date > cast($2 as date) - 30 …
 */
export function renderCheckQuery(catalogue: Catalogue, metric: Metric<MeasuredMetric>): string {
  return renderAt(catalogue, metric, '$2');
}
