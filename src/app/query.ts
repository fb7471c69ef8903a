import fs from 'node:fs';
import path from 'node:path';
import { type Engine, nameCommonTypes, type RowChunk } from '../engines/index.ts';
import type { TenureContext } from './context.ts';
import { exportRows } from './export-rows-store.ts';
import { writeArrow } from './query-arrow.ts';
import type { QueryTarget } from './storage/storage.ts';

export const FILE_FORMATS = ['csv', 'json', 'arrow', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/**
 * Lets `work` read the last good warehouse: by a connection of its own where this process keeps it open, else it is opened and
 * closed.
 *
 * @throws TenureError WAREHOUSE_MISSING
 */
export async function readWarehouse<T>(
  context: TenureContext,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  if (context.shared !== undefined) return context.shared.warehouse.read(work);
  const engine = await context.storage.open('warehouse');
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

function trimStatement(sql: string): string {
  return sql.trim().replace(/;+\s*$/, '');
}

/**
 * Streams a query's rows.
 *
 * @throws TenureError WAREHOUSE_MISSING, QUERY_FAILED
 */
export async function* streamQuery(
  context: TenureContext,
  sql: string,
  target: QueryTarget = 'warehouse',
): AsyncIterable<RowChunk> {
  const engine = await context.storage.open(target);
  try {
    const statement = trimStatement(sql);
    let hasRows = false;
    for await (const chunk of engine.stream(statement)) {
      hasRows = true;
      yield chunk;
    }
    // No chunk came, but a reader still wants to see the columns.
    if (!hasRows)
      yield { columns: (await engine.describe(statement)).map((column) => column.name), rows: [] };
  } finally {
    await engine.close();
  }
}

export interface QueryExport {
  readonly sql: string;
  readonly format: FileFormat;
  readonly file: string;
  readonly target?: QueryTarget;
}

/** Has a file written whole or not at all: it gets its name when it is finished. A device or a pipe is written to as it is. */
async function writeWhole(file: string, write: (file: string) => Promise<number>): Promise<number> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() === false) return write(file);
  // In front, since the end of a name says how the file is compressed.
  const part = path.join(path.dirname(file), `.part-${path.basename(file)}`);
  try {
    const count = await write(part);
    fs.renameSync(part, file);
    return count;
  } finally {
    fs.rmSync(part, { force: true });
  }
}

/**
 * Writes a query's result to a file, inside the engine (but for Arrow, no row passes through JavaScript). A query that fails, however
 * late, leaves what was there before.
 *
 * @returns the number of rows
 * @throws TenureError WAREHOUSE_MISSING, QUERY_FAILED
 */
export async function writeQuery(context: TenureContext, request: QueryExport): Promise<number> {
  const engine = await context.storage.open(request.target ?? 'warehouse');
  try {
    const { format } = request;
    const statement = trimStatement(request.sql);
    return await writeWhole(path.resolve(request.file), async (file) =>
      format === 'arrow'
        ? writeArrow(
            nameCommonTypes(await engine.describe(statement), engine),
            engine.stream(statement),
            file,
          )
        : exportRows(engine, { sql: statement, format, file }),
    );
  } finally {
    await engine.close();
  }
}
