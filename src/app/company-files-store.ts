import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import type { ContractColumn, ContractTable } from '../contract/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';

export const COMPANY_FORMATS = ['csv', 'parquet'] as const;
export type CompanyFormat = (typeof COMPANY_FORMATS)[number];

/** ISO 8601 in UTC with `Z`, whatever zone the session is in; as many digits of a second as there are. */
function renderCsvColumn({ name, type }: ContractColumn): string {
  const column = quoteIdentifier(name);
  if (type !== 'timestamp') return column;
  return `replace(cast(${column} at time zone 'UTC' as varchar), ' ', 'T') || 'Z' as ${column}`;
}

/**
 * Writes the contract's columns of a raw table to a file: the same rows in the same order give the same bytes, for
 * any number of threads.
 *
 * @returns the number of rows
 */
export async function writeCompanyFile(
  engine: DuckdbEngine,
  table: ContractTable,
  target: { readonly file: string; readonly format: CompanyFormat },
): Promise<number> {
  const relation = quoteRelation(table.schema, table.name);
  const file = quoteLiteral(target.file);
  if (target.format === 'csv') {
    const columns = table.columns.map(renderCsvColumn).join(', ');
    return engine.execute(`copy (select ${columns} from ${relation}) to ${file} (format csv, header true)`);
  }
  const columns = table.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  // Several threads leave blocks of uneven length in a table, and a Parquet file shows them; sorting evens them out.
  return engine.execute(
    `copy (select ${columns} from ${relation} order by rowid)
     to ${file} (format parquet, compression zstd, row_group_size 122880)`,
  );
}
