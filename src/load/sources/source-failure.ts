import { errorText, TenureError } from '../../base/index.ts';
import type { Source, SourceEntry } from './read-sources.ts';

/** Where something went wrong. */
export interface FailurePlace {
  readonly source: Source;
  /** Null before any table is read. */
  readonly entry: SourceEntry | null;
  /** The address, which no message may repeat. */
  readonly url: string;
  /** Who reads, in the source's words. */
  readonly role: string;
}

function parseCode(error: unknown): string {
  const cause = error instanceof TenureError ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

const LOST =
  /terminat|ECONNRESET|ECONNREFUSED|EPIPE|ENOTFOUND|ENOENT|ETIMEDOUT|closed|not queryable|socket hang up/i;

function renderRefusalHint(code: string, problem: string, { source, entry, role }: FailurePlace): string {
  const from = entry?.from ?? 'the tables of the query';
  if (code === '42501') return `Let ${role} read it: grant select on ${from} to ${role}.`;
  if (code === '57014' && problem.includes('user request')) return 'It was stopped.';
  if (code === '57014')
    return `Raise statement_timeout of ${source.name}, read less at once, or give the cursor an index.`;
  return 'Correct the entry in the file of sources; docs/sources.md shows one.';
}

/**
 * What went wrong while a source was read, as an error that names the source and the table. Nothing was loaded then.
 */
export function buildSourceFailure(error: unknown, place: FailurePlace): TenureError {
  if (error instanceof TenureError && error.code !== 'QUERY_FAILED') return error;
  const { source, entry, url } = place;
  const code = parseCode(error);
  const said =
    error instanceof TenureError ? String(error.details['problem'] ?? error.message) : errorText(error);
  const problem = said.replaceAll(url, 'the address');
  if (entry !== null && entry.from !== undefined && code === '42P01')
    return entry.refuse(
      'from',
      `${source.name} has no such table or view`,
      'Write it with its schema, as it is spelled there.',
    );
  const isLost = /^(08|57P)/.test(code) || (!/^[0-9A-Z]{5}$/.test(code) && LOST.test(`${code} ${problem}`));
  if (isLost) return new TenureError('SOURCE_LOST', { source: source.name, problem }, { cause: error });
  const hint = renderRefusalHint(code, problem, place);
  const label = entry?.label ?? source.name;
  return new TenureError('SOURCE_REFUSED', { label, role: place.role, problem, hint }, { cause: error });
}
