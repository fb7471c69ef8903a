import type { Frame } from '../statistics/index.ts';
import type { Predictor } from './predictors.ts';
import type { ModelInput } from './scoring-model.ts';

/** Columns as they come from a table: numbers with NaN for NULL, texts with null. Booleans are 1 and 0. */
export interface RawColumns {
  readonly rows: number;
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly texts: ReadonlyMap<string, readonly (string | null)[]>;
}

/** So many levels of a category get an input of their own, the most frequent; a row of any other is 0 in all of them. */
const MOST_LEVELS = 20;

function listLevels(texts: readonly (string | null)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  const byCount = [...counts].sort(([left, n], [right, m]) => m - n || (left < right ? -1 : 1));
  return byCount
    .slice(0, MOST_LEVELS)
    .map(([level]) => level)
    .sort();
}

/** The inputs of a model over predictors: one for a number or boolean, one for each level of a category. */
export function buildInputs(predictors: readonly Predictor[], columns: RawColumns): readonly ModelInput[] {
  return predictors.flatMap(({ name, kind }): readonly ModelInput[] => {
    if (kind !== 'category') return [{ name, predictor: name, level: null }];
    const levels = listLevels(columns.texts.get(name) ?? []);
    return levels.map((level) => ({ name: `${name}=${level}`, predictor: name, level }));
  });
}

/**
 * The rows as a model reads them: one column for each input. A category that is NULL is missing in all of its inputs.
 *
 * @throws TypeError when a column is not there
 */
export function encodeColumns(inputs: readonly ModelInput[], columns: RawColumns): Frame {
  const encode = ({ predictor, level }: ModelInput): Float64Array => {
    if (level === null) {
      const numbers = columns.numbers.get(predictor);
      if (numbers === undefined) throw new TypeError(`there is no column ${predictor}`);
      return numbers;
    }
    const texts = columns.texts.get(predictor);
    if (texts === undefined) throw new TypeError(`there is no column ${predictor}`);
    return Float64Array.from(texts, (text) => (text === null ? Number.NaN : Number(text === level)));
  };
  return { names: inputs.map(({ name }) => name), columns: inputs.map(encode), rows: columns.rows };
}
