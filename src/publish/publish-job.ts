import { type Clock, quoteRelation, TenureError, utcTime } from '../base/index.ts';
import { type Engine, nameCommonTypes } from '../engines/index.ts';
import type { PublishProgress, PublishReport, PublishSet, PublishTable } from './publish-set.ts';

/** What every way of publishing works with. */
export interface PublishJob {
  /** The warehouse, which nothing changes meanwhile. */
  readonly from: Engine;
  readonly set: PublishSet;
  readonly clock: Clock;
  /** No two runs have the same. */
  readonly runId: string;
  /** A folder for rows on their way. */
  readonly scratchFolder: string;
  readonly onProgress?: ((progress: PublishProgress) => void) | undefined;
  /** Ends the run before its next step; what stood before stands then. */
  readonly signal?: AbortSignal | undefined;
}

/** Names the columns of every table. A key or index with a column that is not among them is passed over. */
export async function describeTables(from: Engine, set: PublishSet): Promise<readonly PublishTable[]> {
  const tables: PublishTable[] = [];
  for (const plan of set.tables) {
    const found = nameCommonTypes(await from.describe(plan.query), from);
    const jsonType = from.profile.kind === 'postgres' ? 'jsonb' : 'JSON';
    const columns = found.map(({ name, type }) => ({
      name,
      type: plan.json.includes(name) ? jsonType : type,
    }));
    const names = new Set(columns.map(({ name }) => name));
    const isThere = (list: readonly string[]) => list.every((name) => names.has(name));
    const { keys, indexes } = plan;
    tables.push({ ...plan, columns, keys: keys.filter(isThere), indexes: indexes.filter(isThere) });
  }
  return tables;
}

/** `schema.table`, for people. */
export function renderName({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}.${name}`;
}

/** `"schema"."table"`, for statements. */
export function quoteTable({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return quoteRelation(schema, name);
}

/** Seconds since a moment of the clock. */
export function measureSeconds(clock: Clock, start: number): number {
  return (clock.now() - start) / 1000;
}

/** An error of the database, with the table that it was about. */
function wrapFailure(error: unknown, table: string): unknown {
  if (!(error instanceof TenureError) || error.code !== 'QUERY_FAILED') return error;
  const problem = String(error.details['problem']);
  return new TenureError('PUBLISH_TABLE_FAILED', { table, problem }, { cause: error });
}

/**
 * Goes through the tables one after the other, saying which is next; stops before the next when told to.
 *
 * @throws TenureError PUBLISH_TABLE_FAILED, and what `work` throws but for errors of the database
 */
export async function runTables<T extends { readonly schema: string; readonly name: string }, R>(
  { onProgress, signal, clock }: PublishJob,
  tables: readonly T[],
  work: (table: T) => Promise<R>,
): Promise<readonly (R & { readonly seconds: number })[]> {
  const results: (R & { readonly seconds: number })[] = [];
  for (const [done, table] of tables.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ step: renderName(table), done, total: tables.length + 1 });
    const start = clock.now();
    const result = await work(table).catch((error: unknown) => {
      throw wrapFailure(error, renderName(table));
    });
    results.push({ ...result, seconds: measureSeconds(clock, start) });
  }
  onProgress?.({ step: 'putting it in place', done: tables.length, total: tables.length + 1 });
  signal?.throwIfAborted();
  return results;
}

/** The report of a finished run. */
export function buildReport(
  { set, clock }: PublishJob,
  outcome: Pick<PublishReport, 'to' | 'place' | 'tables' | 'dropped'> & { readonly start: number },
): PublishReport {
  const { start, tables, ...rest } = outcome;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const seconds = measureSeconds(clock, start);
  return { ...rest, buildId: set.buildId, asOf: set.asOf, tables, rows, seconds };
}

/** The moment of a run, as it is noted. */
export function renderMoment({ clock }: PublishJob): string {
  return utcTime(clock);
}
