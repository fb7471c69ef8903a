import type { Row } from '../engines/index.ts';

/**
 * Rows as records: `health_band` becomes `healthBand`. The statement that made the rows says what its columns are.
 *
 * @example
 * parseRecords<{ planTier: string }>([{ plan_tier: 'growth' }]); // [{ planTier: 'growth' }]
 */
export function parseRecords<Shape>(rows: readonly Row[]): readonly Shape[] {
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
          value,
        ]),
      ) as Shape,
  );
}
