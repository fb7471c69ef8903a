export type CsvCell = string | number | boolean | null;

/** What a spreadsheet would take for a formula, also in full-width characters and behind white space. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;

function renderCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(Math.round(cell * 1e6) / 1e6);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * CSV (RFC 4180) for people who open it in a spreadsheet: text that begins like a formula gets an apostrophe before it,
 * numbers have six decimals at most.
 *
 * @example
 * renderCsv(['customer', 'mrr'], [['Acme, Inc.', 1200]]); // 'customer,mrr\r\n"Acme, Inc.",1200\r\n'
 */
export function renderCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(renderCell).join(',')}\r\n`).join('');
}
