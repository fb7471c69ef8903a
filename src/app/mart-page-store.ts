import { quoteIdentifier, TenureError } from '../base/index.ts';
import type { Row } from '../engines/index.ts';
import type { TenureContext } from './context.ts';
import { readWarehouse } from './query.ts';

/** Marts that are read page by page. */
export type PagedMart = 'funnel_conversion_analysis' | 'customer_lifetime_value';

/** Which rows of a mart, in which order. */
export interface MartPageRequest {
  /** 100 unless given. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** A column; the first unless given. Rows that are equal in it are in the order of the other columns. */
  readonly orderBy?: string | undefined;
  readonly direction?: 'asc' | 'desc' | undefined;
}

export interface MartPage {
  readonly rows: readonly Row[];
  /** How many rows the mart has. */
  readonly total: number;
}

/**
 * A page of a mart of the last good warehouse.
 *
 * @throws TenureError COLUMN_UNKNOWN, WAREHOUSE_MISSING
 */
export function fetchMartPage(
  context: TenureContext,
  mart: PagedMart,
  { limit = 100, offset = 0, orderBy, direction = 'asc' }: MartPageRequest = {},
): Promise<MartPage> {
  return readWarehouse(context, async (engine) => {
    const columns = (await engine.describe(`select * from ${mart}`)).map(({ name }) => name);
    const wanted = orderBy ?? columns[0] ?? '';
    if (!columns.includes(wanted))
      throw new TenureError('COLUMN_UNKNOWN', { column: wanted, columns: columns.join(', ') });
    const others = columns.map((_, place) => place + 1);
    const order = [`${quoteIdentifier(wanted)} ${direction} nulls last`, ...others].join(', ');
    const rows = await engine.query(
      `select * from ${mart} order by ${order} limit cast($1 as bigint) offset cast($2 as bigint)`,
      [limit, offset],
    );
    const [counted] = await engine.query(`select count(*) as total from ${mart}`);
    return { rows, total: Number(counted?.['total']) };
  });
}
