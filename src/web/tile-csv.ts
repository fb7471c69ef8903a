import type { TileAnswer } from '../dashboards/index.ts';

/** A spreadsheet takes text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function renderCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The rows of a tile as CSV (RFC 4180): figures exact, unknown ones empty; text that a spreadsheet would run is quoted. */
export function renderTileCsv({ columns, rows, survival }: TileAnswer): string {
  const lines: (readonly unknown[])[] = [];
  if (survival !== null) {
    lines.push(['group', 'day', 'survival', 'low', 'high', 'at_risk', 'censored']);
    for (const { name, steps } of survival)
      for (const step of steps)
        lines.push([name, step.day, step.survival, step.low, step.high, step.atRisk, step.censored]);
  } else {
    const names = columns.flatMap(({ name, comparison }) =>
      comparison === null ? [name] : [name, comparison.before, comparison.change, comparison.pct],
    );
    lines.push(names);
    for (const row of rows) lines.push(names.map((name) => row[name]));
  }
  return lines.map((cells) => `${cells.map(renderCell).join(',')}\r\n`).join('');
}
