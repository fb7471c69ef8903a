import { type CsvCell, renderCsv } from '../base/index.ts';
import type { TileAnswer } from '../dashboards/index.ts';

/** The rows of a tile as CSV: figures exact, unknown ones empty, what it is compared with beside each. */
export function renderTileCsv({ columns, rows, survival }: TileAnswer): string {
  if (survival !== null)
    return renderCsv(
      ['group', 'day', 'survival', 'low', 'high', 'at_risk', 'censored'],
      survival.flatMap(({ name, steps }) =>
        steps.map((step): readonly CsvCell[] => [
          name,
          step.day,
          step.survival,
          step.low,
          step.high,
          step.atRisk,
          step.censored,
        ]),
      ),
    );
  const names = columns.flatMap(({ name, comparison }) =>
    comparison === null ? [name] : [name, comparison.before, comparison.change, comparison.pct],
  );
  return renderCsv(
    names,
    rows.map((row) => names.map((name) => row[name] ?? null)),
  );
}
