import { quoteIdentifier, quoteRelation } from '../base/index.ts';
import type { Value, WriteTarget } from './engine.ts';

const PARAMETERS_PER_STATEMENT = 4000;

/** `insert` statements with parameters for a bulk of rows, a few thousand values each. */
export function buildInserts(
  target: WriteTarget,
  rows: readonly (readonly Value[])[],
): readonly { readonly sql: string; readonly parameters: readonly Value[] }[] {
  const width = target.columns.length;
  const rowsPerStatement = Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / Math.max(1, width)));
  const columns = target.columns.map(quoteIdentifier).join(', ');
  const inserts = [];
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const batch = rows.slice(start, start + rowsPerStatement);
    const tuples = batch.map(
      (_, row) => `(${target.columns.map((_, column) => `$${row * width + column + 1}`).join(', ')})`,
    );
    inserts.push({
      sql: `insert into ${quoteRelation(target.schema, target.name)} (${columns}) values ${tuples.join(', ')}`,
      parameters: batch.flat(),
    });
  }
  return inserts;
}
