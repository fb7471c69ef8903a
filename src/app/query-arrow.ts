import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type * as Arrow from 'apache-arrow';
import { TenureError } from '../base/index.ts';
import type { ColumnInfo, RowChunk, Value } from '../engines/index.ts';

async function openDriver(): Promise<typeof Arrow> {
  return import('apache-arrow').catch((error: unknown) => {
    throw new TenureError('DRIVER_MISSING', { driver: 'apache-arrow' }, { cause: error });
  });
}

/** Arrow's type for an engine's type. Decimals stay text, so that no digit is lost. */
function buildArrowType(arrow: typeof Arrow, type: string): Arrow.DataType {
  if (type === 'BIGINT') return new arrow.Int64();
  if (/^(U?SMALLINT|U?TINYINT|INTEGER)$/.test(type)) return new arrow.Int32();
  if (type === 'DOUBLE' || type === 'FLOAT') return new arrow.Float64();
  if (type === 'BOOLEAN') return new arrow.Bool();
  if (type === 'DATE') return new arrow.DateDay();
  if (type === 'TIMESTAMP') return new arrow.TimestampMillisecond();
  return type === 'TIMESTAMP WITH TIME ZONE' ? new arrow.TimestampMillisecond('UTC') : new arrow.Utf8();
}

function buildArrowValue(arrow: typeof Arrow, type: Arrow.DataType, value: Value): unknown {
  if (value === null) return null;
  if (arrow.DataType.isInt(type) && type.bitWidth === 64) return BigInt(value);
  if (arrow.DataType.isDate(type)) return new Date(`${value}T00:00:00Z`);
  if (arrow.DataType.isTimestamp(type)) return Date.parse(String(value));
  return arrow.DataType.isUtf8(type) ? String(value) : value;
}

/**
 * A streamed result as the bytes of an Arrow IPC stream, a record batch per chunk.
 *
 * @throws TenureError DRIVER_MISSING when the optional peer `apache-arrow` is not installed
 */
export async function renderArrow(
  columns: readonly ColumnInfo[],
  chunks: AsyncIterable<RowChunk> | Iterable<RowChunk>,
): Promise<AsyncIterable<Uint8Array>> {
  const arrow = await openDriver();
  const types = columns.map((column) => buildArrowType(arrow, column.type));
  const schema = new arrow.Schema(
    columns.map((column, at) => new arrow.Field(column.name, types[at] ?? new arrow.Utf8(), true)),
  );
  const buildBatch = (rows: RowChunk['rows']) => {
    const children = types.map((type, at) => {
      const builder = arrow.makeBuilder({ type, nullValues: [null] });
      for (const row of rows) builder.append(buildArrowValue(arrow, type, row[at] ?? null));
      return builder.finish().flush();
    });
    const type = new arrow.Struct(schema.fields);
    const data = arrow.makeData({ type, length: rows.length, nullCount: 0, children });
    return new arrow.RecordBatch(schema, data);
  };
  async function* buildBatches() {
    let isEmpty = true;
    for await (const { rows } of chunks) {
      if (rows.length === 0) continue;
      isEmpty = false;
      yield buildBatch(rows);
    }
    if (isEmpty) yield buildBatch([]);
  }
  const writer = new arrow.RecordBatchStreamWriter();
  async function* renderBytes() {
    let failure: { readonly error: unknown } | null = null;
    // The bytes end either way; whether all was said is known afterwards.
    const writing = writer.writeAll(buildBatches()).catch((error: unknown) => {
      failure = { error };
      writer.close();
    });
    yield* writer;
    await writing;
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
  }
  return renderBytes();
}

/**
 * Writes a streamed result as an Arrow IPC stream.
 *
 * @returns the number of rows
 * @throws TenureError DRIVER_MISSING
 */
export async function writeArrow(
  columns: readonly ColumnInfo[],
  chunks: AsyncIterable<RowChunk>,
  file: string,
): Promise<number> {
  let count = 0;
  async function* countRows() {
    for await (const chunk of chunks) {
      count += chunk.rows.length;
      yield chunk;
    }
  }
  await pipeline(await renderArrow(columns, countRows()), fs.createWriteStream(file));
  return count;
}
