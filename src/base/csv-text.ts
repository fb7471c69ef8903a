export type CsvCell = string | number | bigint | boolean | null;

/** What a spreadsheet would take for a formula, also in full-width characters and behind white space. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

function renderCell(cell: CsvCell): string {
  if (cell === null) return '';
  const plain = String(cell);
  const text = FORMULA.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Rows as CSV (RFC 4180), the header first, for programs and for people who open it in a spreadsheet: text that begins like a
 * formula gets an apostrophe before it.
 */
export function renderCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(renderCell).join(',')}\r\n`).join('');
}
