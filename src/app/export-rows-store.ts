import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import { type ColumnInfo, copyRows, type Engine, nameCommonTypes, openDuckdb } from '../engines/index.ts';

/** Formats of files that DuckDB writes. */
export type TableFormat = 'csv' | 'json' | 'parquet';

/** A query's rows as a file for people and other programs. */
export interface RowExport {
  readonly sql: string;
  readonly format: TableFormat;
  readonly file: string;
}

const COPY_OPTIONS: Readonly<Record<TableFormat, string>> = {
  csv: 'format csv, header true',
  json: 'format json, array true',
  parquet: 'format parquet, compression zstd',
};

function renderCopy({ sql, format, file }: RowExport): string {
  return `copy (${sql}) to ${quoteLiteral(file)} (${COPY_OPTIONS[format]})`;
}

/** DuckDB's type for a type of PostgreSQL. A decimal without a number of digits keeps them all where the file is text. */
function renderLocalType(type: string, format: TableFormat): string {
  if (type === 'numeric') return format === 'csv' ? 'varchar' : 'double';
  if (/^numeric\(/.test(type) || /^(integer|bigint|smallint|real|double precision|boolean|date)$/.test(type))
    return type;
  if (type === 'timestamp with time zone') return 'timestamptz';
  if (type === 'timestamp without time zone') return 'timestamp';
  return /^jsonb?$/.test(type) ? 'json' : 'varchar';
}

function renderLocalTable(columns: readonly ColumnInfo[]): string {
  return `create table result (${columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ')})`;
}

/** Rows of another engine pass through a DuckDB file beside the result, so that files are the same whatever the engine. */
async function exportThroughDuckdb(engine: Engine, request: RowExport): Promise<number> {
  const described = nameCommonTypes(await engine.describe(request.sql), engine);
  const columns =
    engine.profile.kind === 'postgres'
      ? described.map(({ name, type }) => ({ name, type: renderLocalType(type, request.format) }))
      : described;
  const local = await openDuckdb({ path: ':memory:' });
  try {
    await local.execute(renderLocalTable(columns));
    const target = { schema: 'main', name: 'result', columns: columns.map(({ name }) => name) };
    const scratchPath = `${request.file}.rows`;
    await copyRows({ from: engine, sql: request.sql, to: local, target, scratchPath });
    return await local.execute(renderCopy({ ...request, sql: 'select * from result' }));
  } finally {
    await local.close();
  }
}

/**
 * Writes a query's rows to a file; none passes through JavaScript.
 *
 * @returns the number of rows
 * @throws TenureError QUERY_FAILED
 */
export function exportRows(engine: Engine, request: RowExport): Promise<number> {
  return engine.profile.kind === 'duckdb'
    ? engine.execute(renderCopy(request))
    : exportThroughDuckdb(engine, request);
}
