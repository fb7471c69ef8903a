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

/** The errors of an engine that are told as those of a source. */
const ANSWERS: readonly string[] = ['QUERY_FAILED', 'DATABASE_UNREACHABLE'];

/** What PostgreSQL says, and ClickHouse, of a table that is not there. */
const ABSENT = ['42P01', '60', '81'];

/** Codes that come from a server, which therefore answers, and those by which it says good-bye. */
const SERVER_CODE = /^(?=.*\d)[0-9A-Z]{1,5}$/;
const LOST_STATE = /^(08|57P)/;
const LOST =
  /terminat|ECONNRESET|ECONNREFUSED|EPIPE|ENOTFOUND|ENOENT|ETIMEDOUT|closed|not queryable|socket hang up/i;

function renderRefusalHint(code: string, problem: string, { source, entry, role }: FailurePlace): string {
  const from = entry?.from ?? 'the tables of the query';
  if (code === '42501' || code === '497') return `Let ${role} read it: grant select on ${from} to ${role}.`;
  if (code === '57014' && problem.includes('user request')) return 'It was stopped.';
  if (code === '57014' || code === '159')
    return `Raise statement_timeout of ${source.name}, read less at once, or give the cursor an index.`;
  return 'Correct the entry in the file of sources; docs/sources.md shows one.';
}

/**
 * What went wrong while a source was read, as an error that names the source and the table. Nothing was loaded then.
 */
export function buildSourceFailure(error: unknown, place: FailurePlace): TenureError {
  const isKnown = error instanceof TenureError && ANSWERS.includes(error.code);
  if (error instanceof TenureError && !isKnown) return error;
  const { source, entry, url } = place;
  const code = parseCode(error);
  const said =
    error instanceof TenureError ? String(error.details['problem'] ?? error.message) : errorText(error);
  const problem = said.replaceAll(url, 'the address');
  if (entry !== null && entry.from !== undefined && ABSENT.includes(code))
    return entry.refuse(
      'from',
      `${source.name} has no such table or view`,
      'Write it with its schema, as it is spelled there.',
    );
  const isUnreachable = error instanceof TenureError && error.code === 'DATABASE_UNREACHABLE';
  const isLost = LOST_STATE.test(code) || (!SERVER_CODE.test(code) && LOST.test(`${code} ${problem}`));
  if (isUnreachable || isLost)
    return new TenureError('SOURCE_LOST', { source: source.name, problem }, { cause: error });
  const hint = renderRefusalHint(code, problem, place);
  const label = entry?.label ?? source.name;
  return new TenureError('SOURCE_REFUSED', { label, role: place.role, problem, hint }, { cause: error });
}
