import type { Row, Value } from '../engines/index.ts';

const SHOWN_ROWS = 20;
const WIDEST_CELL = 40;

/** The column of a difference that says how many times more a row came than was expected; negative where it is missing. */
export const SURPLUS = '__surplus';

function renderText(value: Value | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  const text = String(value).replaceAll('\n', '\\n');
  return text.length > WIDEST_CELL ? `${text.slice(0, WIDEST_CELL - 1)}…` : text;
}

/**
 * The rows that differ as a small table: `-` was expected and is missing, `+` came and was not expected. Rows
 * that are alike stand together.
 */
export function renderDiff(rows: readonly Row[], columns: readonly string[]): string {
  const lines = rows
    .flatMap((row) => {
      const surplus = Number(row[SURPLUS]);
      const cells = columns.map((name) => renderText(row[name]));
      return Array.from({ length: Math.abs(surplus) }, () => ({ sign: surplus < 0 ? '-' : '+', cells }));
    })
    .sort((left, right) => {
      const [a, b] = [left.cells.join('\0') + left.sign, right.cells.join('\0') + right.sign];
      return a < b ? -1 : a > b ? 1 : 0;
    });
  const shown = lines.slice(0, SHOWN_ROWS);
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...shown.map((line) => line.cells[index]?.length ?? 0)),
  );
  const renderLine = (sign: string, cells: readonly string[]): string =>
    `  ${sign} ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')}`.trimEnd();
  const rest = lines.length - shown.length;
  return [
    renderLine(' ', columns),
    ...shown.map((line) => renderLine(line.sign, line.cells)),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
  ].join('\n');
}
