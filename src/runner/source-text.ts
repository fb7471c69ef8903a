import { TenureError } from '../base/index.ts';

/** A piece of a project file, and where in the file it begins: what an error message points into. */
export interface SourceText {
  /** Absolute path, as shown in messages. */
  readonly file: string;
  readonly text: string;
  /** The line of the file on which `text` begins, from 1. */
  readonly firstLine: number;
}

/** The line of the file at `offset` characters into the text. */
export function lineAt(source: SourceText, offset: number): number {
  let line = source.firstLine;
  for (let at = source.text.indexOf('\n'); at !== -1 && at < offset; at = source.text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

/** The line where `pattern` first matches, else the first line. */
export function lineOf(source: SourceText, pattern: RegExp): number {
  const match = pattern.exec(source.text);
  return match === null ? source.firstLine : lineAt(source, match.index);
}

/** An error about a feature of dbt that this runner leaves out. */
export function unsupported(
  place: { readonly file: string; readonly line: number },
  feature: string,
  supported: string,
): TenureError {
  return new TenureError('PROJECT_UNSUPPORTED', { file: place.file, line: place.line, feature, supported });
}

/** An error about something written wrongly in a project file. */
export function invalid(
  place: { readonly file: string; readonly line: number },
  problem: string,
): TenureError {
  return new TenureError('PROJECT_INVALID', { file: place.file, line: place.line, problem });
}

/** Matches a text literally inside a regular expression. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
