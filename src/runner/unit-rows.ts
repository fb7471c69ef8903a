import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { ColumnInfo } from '../engines/index.ts';
import { parseCsvTable } from './csv-table.ts';
import type { UnitTestRows } from './manifest.ts';

type Cells = Readonly<Record<string, unknown>>;

/** The rows of a fixture, or the query that gives them. */
export type FixtureRows =
  | { readonly kind: 'rows'; readonly names: readonly string[]; readonly rows: readonly Cells[] }
  | { readonly kind: 'sql'; readonly sql: string };

function parseCsvRows(text: string, file: string): FixtureRows {
  if (text.trim() === '') return { kind: 'rows', names: [], rows: [] };
  // Inline CSV stands indented in YAML.
  const trimmed = text.replace(/^[ \t]+/gm, '').trimEnd();
  const table = parseCsvTable(trimmed, { file });
  const rows = table.rows.map((row) =>
    Object.fromEntries(table.header.map((name, index) => [name, row.cells[index] ?? null])),
  );
  return { kind: 'rows', names: table.header, rows };
}

/**
 * Reads the rows of a `given` or an `expect` in any of dbt's three formats.
 *
 * @param place what to call inline rows in an error, which counts their lines from 1
 * @throws TenureError CSV_INVALID for CSV that is none
 */
export function parseFixture(fixture: UnitTestRows, place: string): FixtureRows {
  const { rows } = fixture;
  if (fixture.format === 'sql') return { kind: 'sql', sql: String(rows ?? '') };
  if (typeof rows === 'string') return parseCsvRows(rows, fixture.fixture ?? place);
  const list = rows ?? [];
  const names = new Map<string, string>();
  for (const name of list.flatMap((row) => Object.keys(row))) names.set(name.toLowerCase(), name);
  return { kind: 'rows', names: [...names.values()], rows: list };
}

/** A value of a fixture as an SQL expression, before it is cast. */
export function renderCell(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  // Between quotes a fraction keeps its digits on the way to a decimal, where ClickHouse would cut a float off.
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  if (value instanceof Date) return quoteLiteral(value.toISOString());
  return quoteLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** The first of `names` that is not among the columns, or null. */
export function findUnknownColumn(names: readonly string[], columns: readonly ColumnInfo[]): string | null {
  const known = new Set(columns.map((column) => column.name.toLowerCase()));
  return names.find((name) => !known.has(name.toLowerCase())) ?? null;
}

/**
 * A query that returns a fixture's rows with exactly these columns, each value cast to its column's type and
 * NULL where the fixture says nothing.
 */
export function renderFixture(rows: readonly Cells[], columns: readonly ColumnInfo[]): string {
  const renderRow = (row: Cells): string => {
    const folded = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
    const list = columns.map((column) => {
      const value = renderCell(folded.get(column.name.toLowerCase()));
      return `cast(${value} as ${column.type}) as ${quoteIdentifier(column.name)}`;
    });
    return `select ${list.join(', ')}`;
  };
  if (rows.length === 0) return `${renderRow({})} where false`;
  return rows.map(renderRow).join('\nunion all\n');
}
