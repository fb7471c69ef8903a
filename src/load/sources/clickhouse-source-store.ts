import { quoteRelation } from '../../base/index.ts';
import type { ColumnInfo } from '../../engines/index.ts';
import type { SourceEntry } from './read-sources.ts';
import { renderRelation } from './relation-store.ts';
import type { Cursor, SourceReader } from './source-reader.ts';

/** The type of the values, without what is around it: `Nullable(…)`, `LowCardinality(…)`. */
function unwrapType(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : unwrapType(inner);
}

/** Everything as text: Parquet has no type for some of ClickHouse's, and counts its days as plain numbers. */
function renderValue({ name, type }: ColumnInfo): string {
  const value = quoteRelation('source', name);
  const inner = unwrapType(type);
  if (/^(Array|Map|Tuple|Nested|JSON|Object)\b/.test(inner)) return `toJSONString(${value})`;
  if (/^DateTime/.test(inner)) return `toString(${value}, 'UTC')`;
  return /^(String|FixedString)\b/.test(inner) ? value : `toString(${value})`;
}

function buildCursor({ name, type }: ColumnInfo, entry: SourceEntry): Cursor | null {
  const inner = unwrapType(type);
  const lag = entry.lag?.value ?? 0n;
  if (/^U?Int(8|16|32|64)$/.test(inner)) return { column: name, type: inner, unit: 'number', lag };
  return /^Date/.test(inner) ? { column: name, type: inner, unit: 'time', lag } : null;
}

function renderFrom(cursor: Cursor, bound: bigint): string {
  const column = quoteRelation('source', cursor.column);
  const from = bound - cursor.lag;
  const moment = `fromUnixTimestamp64Micro(toInt64(${from}), 'UTC')`;
  const isDay = /^Date(32)?$/.test(cursor.type);
  const value = cursor.unit === 'number' ? String(from) : isDay ? `toDate32(${moment})` : moment;
  return `(${column} >= ${value} or ${column} is null)`;
}

/** The highest cursor there is, but no time that is still to come. */
function renderHigh(cursor: Cursor): string {
  const highest = `max(${quoteRelation('source', cursor.column)})`;
  if (cursor.unit === 'number') return highest;
  return `toUnixTimestamp64Micro(least(toDateTime64(${highest}, 6, 'UTC'), now64(6, 'UTC')))`;
}

/**
 * How ClickHouse is read. It has no transactions: rows that arrive behind the cursor by more than the lag are not seen, and tables
 * are read one after the other.
 */
export const clickhouseReader: SourceReader = {
  format: 'parquet',
  role: 'currentUser()',
  renderRelation,
  renderValue,
  buildCursor,
  renderFrom,
  async fetchSights(engine, cursors) {
    const sights = [];
    for (const { relation, cursor } of cursors) {
      const [row] = await engine.query(`select toString(${renderHigh(cursor)}) as high from ${relation}`);
      const high = row?.['high'] ?? null;
      sights.push({ high: high === null ? null : BigInt(String(high)), running: [] });
    }
    return sights;
  },
  begin: async () => {},
  checkIsStandby: async () => false,
  end: async () => {},
};
