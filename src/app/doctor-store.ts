import { quoteRelation } from '../base/index.ts';
import { listTables } from '../contract/index.ts';
import type { Engine } from '../engines/index.ts';

/** How much of the contract a raw file holds. */
export interface RawCounts {
  readonly filled: number;
  readonly total: number;
  readonly rejectedRows: number;
}

/** Counts which raw tables have rows; none is read to its end. */
export async function fetchRawCounts(engine: Engine): Promise<RawCounts> {
  const looks = listTables().map(
    ({ schema, name }) => `select exists (select 1 from ${quoteRelation(schema, name)}) as is_filled`,
  );
  const [tables] = await engine.query(
    `select count(*) as total, count(*) filter (where is_filled) as filled from (${looks.join(' union all ')}) as looks`,
  );
  const [rejects] = await engine.query(
    'select cast(coalesce(sum("rows"), 0) as bigint) as n from loads.raw_rejects',
  );
  return {
    filled: Number(tables?.['filled'] ?? 0),
    total: Number(tables?.['total'] ?? 0),
    rejectedRows: Number(rejects?.['n'] ?? 0),
  };
}

/** How many columns of the models have no source yet; null when the warehouse has no such table. */
export async function fetchUnavailableCount(engine: Engine): Promise<number | null> {
  const columns = await engine.listColumns('marts', 'metric_availability');
  if (columns.length === 0) return null;
  const [row] = await engine.query(
    'select count(*) as n from marts.metric_availability where not is_available',
  );
  return Number(row?.['n'] ?? 0);
}

export async function fetchEngineVersion(engine: Engine): Promise<string> {
  const [row] = await engine.query('select version() as version');
  return String(row?.['version']);
}
