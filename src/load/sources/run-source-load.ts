import fs from 'node:fs';
import { type Environment, TenureError } from '../../base/index.ts';
import { parseTable } from '../../contract/index.ts';
import type { DuckdbEngine, Engine } from '../../engines/index.ts';
import type { LoadFeed, LoadReport, LoadRequest } from '../load-types.ts';
import { type ExtractedTable, extractTables } from './extract.ts';
import { fetchMatchedCount, fetchStoredCount } from './extract-store.ts';
import { openSource } from './open-source.ts';
import { writeReadProgress } from './progress-store.ts';
import { findSource, readSources, type Source, type SourceEntry } from './read-sources.ts';
import { READERS } from './readers.ts';
import { buildSourceFailure } from './source-failure.ts';

/** Which source to load, and how. */
export interface SourceLoadRequest extends Omit<LoadRequest, 'paths' | 'mapFile' | 'feed'> {
  /** `sources.yml`. */
  readonly sourcesFile: string;
  /** The source's name; may be left out where there is one of its kind. */
  readonly source?: string | undefined;
  readonly kind?: string | undefined;
  /** Reads everything, however far earlier loads came. */
  readonly isFullRefresh?: boolean;
  /** Where the addresses are. */
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  /** How the source is opened; by its kind and address when absent. */
  readonly open?: typeof openSource;
  /** Loads what was read into the raw tables. */
  load(request: LoadRequest): Promise<LoadReport>;
}

function listEntries(source: Source, wanted: string | undefined): readonly SourceEntry[] {
  if (wanted === undefined) return source.entries;
  const table = parseTable(wanted);
  if (table === undefined) throw new TenureError('LOAD_TABLE_UNKNOWN', { table: wanted });
  const entries = source.entries.filter((entry) => entry.table === table);
  if (entries.length > 0) return entries;
  const names = source.entries.map((entry) => `${entry.table.schema}.${entry.table.name}`).join(', ');
  throw new TenureError('SOURCE_TABLE_MISSING', { source: source.name, table: wanted, names });
}

async function listGone(
  stores: { readonly raw: Engine; readonly engine: DuckdbEngine },
  { entry, plan }: ExtractedTable,
): Promise<readonly string[]> {
  if (entry.mode !== 'snapshot') return [];
  const gone = (await fetchStoredCount(stores.raw, plan)) - (await fetchMatchedCount(stores.engine, plan));
  const name = `${plan.table.schema}.${plan.table.name}`;
  if (gone === 0) return [];
  const what = gone === 1 ? '1 row that came' : `${gone} rows that came`;
  const end = gone === 1 ? 'is no longer there; it is kept.' : 'are no longer there; they are kept.';
  return [`${name}: ${what} from ${entry.label} ${end}`];
}

function buildFeed(raw: Engine, tables: readonly ExtractedTable[]): LoadFeed {
  return {
    plans: tables.map(({ plan }) => plan),
    async listNotes(engine) {
      const notes = [];
      for (const table of tables) notes.push(...(await listGone({ raw, engine }, table)));
      return notes;
    },
    writeProgress: (engine, batchId) =>
      writeReadProgress(
        engine,
        batchId,
        tables.flatMap(({ progress }) => progress ?? []),
      ),
  };
}

async function readSource(raw: Engine, request: SourceLoadRequest, source: Source) {
  const { signal, onProgress, scratchPath } = request;
  const entries = listEntries(source, request.table);
  const opened = await (request.open ?? openSource)(source, request.environment);
  const reader = READERS[source.kind];
  const stop = signal === undefined ? undefined : await reader.watch?.(opened.engine, signal);
  try {
    return await extractTables({
      raw,
      engine: opened.engine,
      reader,
      source,
      entries,
      isFullRefresh: request.isFullRefresh ?? false,
      scratchPath,
      onProgress,
      fail(error, entry) {
        throw buildSourceFailure(error, { ...opened, source, entry });
      },
    });
  } finally {
    stop?.();
    await opened.engine.close();
  }
}

/**
 * Loads the tables of a database into the raw tables, as one batch. Their rows are read first, in one state of the source
 * and without writing there, into files of the load's own; from there on they are loaded as files are. How far the
 * source was read is noted in the transaction that writes the rows.
 *
 * @throws TenureError SOURCES_MISSING, SOURCE_UNKNOWN, SOURCE_TABLE_MISSING, SOURCE_ADDRESS_MISSING, SOURCE_LOST, SOURCE_REFUSED,
 *   DEFINITION_INVALID, DRIVER_MISSING
 *
 * @example
 * const report = await runSourceLoad(raw, {
 *   sourcesFile: 'sources.yml', source: 'crm', environment: processEnvironment,
 *   scratchPath: '.tenure/load.duckdb', clock: systemClock, batchId: '8', load: (given) => runLoad(raw, given),
 * });
 */
export async function runSourceLoad(raw: Engine, request: SourceLoadRequest): Promise<LoadReport> {
  const {
    sourcesFile,
    source: name,
    kind,
    isFullRefresh,
    environment,
    signal,
    table,
    load,
    open,
    ...rest
  } = request;
  const source = findSource(readSources(sourcesFile), { name, kind });
  const entries = source.entries.map(
    (_, id) => `${request.scratchPath}.${id}.${READERS[source.kind].format}`,
  );
  try {
    const tables = await readSource(raw, request, source);
    return await load({ ...rest, paths: [], feed: buildFeed(raw, tables) });
  } finally {
    for (const file of entries) fs.rmSync(file, { force: true });
  }
}
