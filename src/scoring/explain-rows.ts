import { encodeColumns, type RawColumns } from './design-matrix.ts';
import { type ReasonContext, renderReason } from './reason-words.ts';
import { explainModel, type ScoringModel, sumByPredictor } from './scoring-model.ts';

/** What one predictor adds to a row's margin, in log-odds: above 0 it raises the probability. */
export interface Reason {
  readonly feature: string;
  /** As it stands in the table; null when it is missing. */
  readonly value: string | null;
  readonly contribution: number;
  readonly words: string;
}

/** A row's margin taken apart: `base` and all contributions add up to `logOdds`. */
export interface RowExplanation {
  readonly base: number;
  readonly logOdds: number;
  /** One for each predictor, the strongest first; the levels of a category are one reason. */
  readonly reasons: readonly Reason[];
}

function readValue(
  { kind, name }: ScoringModel['predictors'][number],
  columns: RawColumns,
  row: number,
): number | string | null {
  if (kind === 'category') return columns.texts.get(name)?.[row] ?? null;
  const value = columns.numbers.get(name)?.[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function renderValue(kind: string, value: number | string | null): string | null {
  if (value === null) return null;
  return kind === 'boolean' ? String(value === 1) : String(value);
}

/**
 * Takes the margin of each row apart into reasons: exact TreeSHAP and the linear part, additive to 1e-9.
 *
 * @param contextOf what is known of a row beside its predictors
 */
export function explainRows(
  model: ScoringModel,
  columns: RawColumns,
  contextOf: (row: number) => ReasonContext,
): readonly RowExplanation[] {
  const explanation = explainModel(model, encodeColumns(model.inputs, columns));
  const { base } = explanation;
  return Array.from({ length: columns.rows }, (_, row) => {
    const sums = sumByPredictor(model, explanation, row);
    const logOdds = [...sums.values()].reduce((total, value) => total + value, base);
    const reasons = model.predictors.map((predictor): Reason => {
      const value = readValue(predictor, columns, row);
      return {
        feature: predictor.name,
        value: renderValue(predictor.kind, value),
        contribution: sums.get(predictor.name) as number,
        words: renderReason(predictor.name, value, contextOf(row)),
      };
    });
    reasons.sort(
      (left, right) =>
        Math.abs(right.contribution) - Math.abs(left.contribution) || (left.feature < right.feature ? -1 : 1),
    );
    return { base, logOdds, reasons };
  });
}
