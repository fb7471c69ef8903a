import { CsvError, parse } from 'csv-parse/sync';
import { TenureError } from '../base/index.ts';

export interface CsvRow {
  /** The line of the file on which the row begins, the header's being 1. */
  readonly line: number;
  /** A value per column of the header; NULL where the file has nothing. */
  readonly cells: readonly (string | null)[];
}

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

export interface CsvOptions {
  /** Named in errors. */
  readonly file: string;
  readonly delimiter?: string;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function countBreaks(record: readonly string[]): number {
  return record.reduce((total, cell) => total + (cell.match(/\n/g)?.length ?? 0), 0);
}

function parseRecords(text: string, options: CsvOptions): readonly ParsedRecord[] {
  try {
    const records: unknown = parse(text, {
      bom: true,
      info: true,
      delimiter: options.delimiter ?? ',',
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return records as readonly ParsedRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number((error as unknown as { lines?: number }).lines ?? 1);
    throw new TenureError(
      'CSV_INVALID',
      { file: options.file, line, problem: error.message },
      { cause: error },
    );
  }
}

function assertHeader(header: readonly string[], file: string): void {
  const seen = new Set<string>();
  for (const name of header) {
    const folded = name.toLowerCase();
    const problem =
      name === ''
        ? 'a column has no name'
        : seen.has(folded)
          ? `the column ${name} stands twice in the header`
          : null;
    if (problem !== null) throw new TenureError('CSV_INVALID', { file, line: 1, problem });
    seen.add(folded);
  }
}

/**
 * CSV with a header, as RFC 4180 has it: quotes, line breaks inside quotes, a byte order mark. An empty value
 * is NULL, blank lines do not count.
 *
 * @throws TenureError CSV_INVALID naming file and line: no header, a name twice, a quote left open, a row with
 *   more or fewer values than the header
 *
 * @example
 * parseCsvTable('id,name\n1,\n', { file: 'seeds/regions.csv' }).rows; // [{ line: 2, cells: ['1', null] }]
 */
export function parseCsvTable(text: string, options: CsvOptions): CsvTable {
  const [first, ...rest] = parseRecords(text, options);
  if (first === undefined) {
    throw new TenureError('CSV_INVALID', { file: options.file, line: 1, problem: 'there is no header' });
  }
  const header = first.record.map((name) => name.trim());
  assertHeader(header, options.file);
  const rows = rest.map(({ record, info }) => {
    const line = info.lines - countBreaks(record);
    if (record.length !== header.length) {
      const problem = `the row has ${record.length} values, the header names ${header.length} columns`;
      throw new TenureError('CSV_INVALID', { file: options.file, line, problem });
    }
    return { line, cells: record.map((cell) => (cell === '' ? null : cell)) };
  });
  return { header, rows };
}
