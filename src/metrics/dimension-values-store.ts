import { quoteIdentifier } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Catalogue, Domain } from './catalogue.ts';
import { listDimensions } from './plan-query.ts';

/** More than anybody picks from a list. */
const MOST_VALUES = 500;

function renderValues(domain: Domain, dimension: string): readonly string[] {
  const found = listDimensions(domain).get(dimension);
  if (found === undefined) return [];
  const [column, table] = [quoteIdentifier(found.column), quoteIdentifier(domain.table)];
  const rows = found.rows === undefined ? '' : ` and ${found.rows}`;
  return [
    `select distinct cast(${column} as varchar) as value from ${table}
     where metric_date = (select max(metric_date) from ${table}) and ${column} is not null${rows}`,
  ];
}

const known = new WeakMap<Engine, Map<string, Promise<readonly string[]>>>();

/**
 * The values a dimension has on the last day, in the order of the alphabet; at most 500. Empty for a dimension that no domain
 * has. A warehouse that cannot change is asked once.
 */
export function fetchDimensionValues(
  engine: Engine,
  catalogue: Catalogue,
  dimension: string,
): Promise<readonly string[]> {
  const values = known.get(engine) ?? new Map<string, Promise<readonly string[]>>();
  const found = values.get(dimension);
  if (found !== undefined) return found;
  const selects = catalogue.domains.flatMap((domain) => renderValues(domain, dimension));
  const asked =
    selects.length === 0
      ? Promise.resolve([])
      : engine
          .query(
            `select value from (${selects.join(' union ')}) as known order by value limit ${MOST_VALUES}`,
          )
          .then((rows) => rows.map(({ value }) => String(value)));
  if (engine.isFrozen) known.set(engine, values.set(dimension, asked));
  return asked;
}
