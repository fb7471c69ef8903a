import { parseName } from '../contract/index.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Splits one line of CSV into its values. */
export function parseCsvLine(line: string, delimiter: string): readonly string[] {
  const values: string[] = [];
  let value = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (isQuoted && character === '"' && line.charAt(at + 1) === '"') {
      value += '"';
      at += 1;
    } else if (character === '"' && (isQuoted || value === '')) isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      values.push(value);
      value = '';
    } else value += character;
  }
  return [...values, value];
}

export interface CsvHeader {
  readonly delimiter: string;
  readonly columns: readonly string[];
}

/**
 * Finds the delimiter and the columns of a header line: the delimiter under which most of the names are
 * known, then the one that gives most columns.
 */
export function parseCsvHeader(line: string, known: ReadonlySet<string>): CsvHeader {
  const clean = line.replace(/^\uFEFF|^\u00EF\u00BB\u00BF/, '').replace(/\r$/, '');
  const candidates = DELIMITERS.map((delimiter) => {
    const columns = parseCsvLine(clean, delimiter);
    const hits = columns.filter((name) => known.has(parseName(name))).length;
    return { delimiter, columns, hits };
  });
  let best = candidates[0];
  for (const candidate of candidates) {
    if (best === undefined || candidate.hits > best.hits) best = candidate;
    else if (candidate.hits === best.hits && candidate.columns.length > best.columns.length) best = candidate;
  }
  return { delimiter: best?.delimiter ?? ',', columns: best?.columns ?? [] };
}
