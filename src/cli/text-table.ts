import type { Value } from '../engines/index.ts';

const MAX_WIDTH = 80;

function renderCell(value: Value): string {
  if (value === null) return '';
  const text = String(value).replaceAll('\n', '⏎');
  return text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH - 1)}…` : text;
}

/** Rows as an aligned table for a terminal: numbers to the right, NULL empty, long text cut with an ellipsis. */
export function renderTextTable(columns: readonly string[], rows: readonly (readonly Value[])[]): string {
  const cells = rows.map((row) => row.map(renderCell));
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = columns.map((_, column) =>
    rows.some(
      (row) => typeof row[column] === 'number' || typeof row[column] === 'bigint' || isDecimal(row[column]),
    ),
  );
  const renderLine = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        isNumeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return `${[renderLine(columns), rule, ...cells.map(renderLine)].join('\n')}\n`;
}

function isDecimal(value: Value | undefined): boolean {
  return typeof value === 'string' && /^-?\d+\.\d+$/.test(value);
}
