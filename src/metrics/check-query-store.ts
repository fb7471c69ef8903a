import { TenureError } from '../base/index.ts';
import type { Catalogue, Metric } from './catalogue.ts';
import type { CompiledQuery } from './compile-plan-store.ts';

/** `{check:name}` or `{check:name:-30}`: another metric's check, so many days away. */
const OTHER = /\{check:([a-z0-9_]+)(?::(-?\d+))?\}/g;

function findMetric(catalogue: Catalogue, from: Metric, name: string): Metric {
  const found = catalogue.metrics.find((metric) => metric.name === name && metric.domain === from.domain);
  if (found === undefined) {
    throw new TenureError('CATALOGUE_INVALID', {
      place: from.name,
      problem: `its check_query names {check:${name}}, and ${from.domain.domain} has no such metric`,
    });
  }
  return found;
}

function renderAt(catalogue: Catalogue, metric: Metric, day: string): string {
  return metric.check_query
    .replaceAll(OTHER, (_match, name: string, days: string | undefined) => {
      const other = findMetric(catalogue, metric, name);
      return `(${renderAt(catalogue, other, `(cast(${day} as date) + (${days ?? '0'}))`)})`;
    })
    .replaceAll('{metric_date}', day);
}

/** The entity and the day a check is asked for. */
export interface CheckPlace {
  readonly entityId: string;
  readonly day: string;
}

/**
 * A metric's check as SQL over the staging schema, with the entity's id and the day as parameters.
 *
 * @example
 * renderCheckQuery(catalogue, metric, { entityId: 'c1', day: '2026-03-14' });
 * // { sql: 'select count(*) from stg_support_tickets where customer_id = $2 and created_date > cast($1 as date) - 30 …',
 * //   parameters: ['2026-03-14', 'c1'] }
 */
export function renderCheckQuery(
  catalogue: Catalogue,
  metric: Metric,
  { entityId, day }: CheckPlace,
): CompiledQuery {
  const text = renderAt(catalogue, metric, '$1');
  const sql = text.replaceAll('{entity_id}', '$2');
  return { sql, parameters: sql === text ? [day] : [day, entityId] };
}
