import {
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  ResultReturnType,
  StatementType,
} from '@duckdb/node-api';
import { errorText } from '../../base/index.ts';
import type { RowChunk } from '../engine.ts';
import { parseDuckdbValue } from './values.ts';

/** A statement as DuckDB's API takes it. */
export interface BoundStatement {
  readonly sql: string;
  readonly values: DuckDBValue[];
  readonly types: DuckDBType[];
}

/**
 * Runs a query again for the words of its error; its rows are thrown away as they come.
 *
 * @throws Error of DuckDB, the lines of the query counted as they were written
 */
async function repeatQuery(connection: DuckDBConnection, query: BoundStatement): Promise<void> {
  try {
    await connection.run(`explain analyze\n${query.sql}`, query.values, query.types);
  } catch (error) {
    const text = errorText(error).replace(/^LINE (\d+):/m, (_, line: string) => `LINE ${Number(line) - 1}:`);
    throw new Error(text, { cause: error });
  }
}

/**
 * The rows of a statement, chunk by chunk as DuckDB makes them.
 *
 * DuckDB's API takes a statement that fails after its first rows for one that has no more, and does not hand over the error. The
 * result of a failed statement has no type any more, though: this tells the two apart, and only then a query runs a second time.
 *
 * @throws Error where the statement failed, before its first row or later
 */
export async function* streamRows(
  connection: DuckDBConnection,
  statement: BoundStatement,
): AsyncIterable<RowChunk> {
  const result = await connection.stream(statement.sql, statement.values, statement.types);
  const columns = result.columnNames();
  // What changes something must not run twice.
  const isRepeatable = result.statementType === StatementType.SELECT;
  for await (const chunk of result) yield { columns, rows: chunk.convertRows(parseDuckdbValue) };
  if (result.returnType !== ResultReturnType.INVALID) return;
  if (isRepeatable) await repeatQuery(connection, statement);
  throw new Error('it stopped before its last row, and DuckDB does not say why.');
}
