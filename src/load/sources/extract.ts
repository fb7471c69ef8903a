import { createHash } from 'node:crypto';
import { quoteIdentifier } from '../../base/index.ts';
import type { ContractColumn } from '../../contract/index.ts';
import type { ColumnInfo, Engine } from '../../engines/index.ts';
import { buildColumnPlan } from '../column-plan.ts';
import type { FilePlan, LoadProgress } from '../load-types.ts';
import { advanceCursor, type CursorSight, type CursorState } from './cursor-state.ts';
import { renderExtract } from './extract-store.ts';
import { fetchReadState, type ReadProgress, type ReadState } from './progress-store.ts';
import type { Source, SourceEntry } from './read-sources.ts';
import type { Cursor, SourceReader } from './source-reader.ts';

/** What is read of a source, how, and where its rows are put meanwhile. */
export interface Extraction {
  /** The raw file, which knows how far earlier loads read. */
  readonly raw: Engine;
  readonly engine: Engine;
  readonly reader: SourceReader;
  readonly source: Source;
  readonly entries: readonly SourceEntry[];
  readonly isFullRefresh: boolean;
  /** Where the files go; a number and an ending are added. */
  readonly scratchPath: string;
  /** Passes on what fails, with the table it failed at. */
  fail(error: unknown, entry: SourceEntry | null): never;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** The rows of one table, out of the source, and how far that was. */
export interface ExtractedTable {
  readonly entry: SourceEntry;
  readonly plan: FilePlan;
  /** Null for a snapshot, which begins anew each time. */
  readonly progress: ReadProgress | null;
}

interface PlannedTable {
  readonly entry: SourceEntry;
  readonly plan: FilePlan;
  readonly relation: string;
  readonly columns: readonly ColumnInfo[];
  readonly cursor: Cursor | null;
  readonly definition: string;
  readonly last: ReadState | null;
}

function findColumn(columns: readonly ColumnInfo[], name: string): ColumnInfo | undefined {
  return columns.find((column) => column.name === name);
}

function buildEntryCursor(
  entry: SourceEntry,
  columns: readonly ColumnInfo[],
  extraction: Extraction,
): Cursor | null {
  if (entry.cursor === undefined) return null;
  const info = findColumn(columns, entry.cursor);
  if (info === undefined) {
    const hint = `There are: ${columns.map(({ name }) => name).join(', ')}.`;
    throw entry.refuse('cursor', 'there is no such column', hint);
  }
  const cursor = extraction.reader.buildCursor(info, entry, extraction.source.timezone);
  if (cursor === null) {
    const hint = 'Take a time, a date or a whole number that grows with every change; a query can make one.';
    throw entry.refuse('cursor', `${info.type} will not do`, hint);
  }
  if (entry.lag !== null && entry.lag.unit !== cursor.unit) {
    const hint = cursor.unit === 'time' ? 'Write it like "1 hour".' : 'Write a whole number.';
    throw entry.refuse('lag', `does not go with a cursor of the type ${info.type}`, hint);
  }
  return cursor;
}

/** A fingerprint of everything that decides which values are read: when it changes, everything is read again. */
function buildDefinition(entry: SourceEntry, { reader, source }: Extraction, plan: FilePlan): string {
  const { from, query, mode, cursor } = entry;
  const parts = [
    from,
    query,
    mode,
    cursor,
    source.timezone,
    reader.format,
    plan.columns,
    entry.table.columns,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

async function planTable(extraction: Extraction, entry: SourceEntry, id: number): Promise<PlannedTable> {
  const { engine, reader, source, raw } = extraction;
  const relation = reader.renderRelation(entry);
  const columns = await engine.describe(renderExtract(['*'], relation, null));
  const names = columns.map(({ name }) => name);
  const match = buildColumnPlan(entry.table, names, entry);
  if (match.problem !== undefined) {
    const [what = ''] = match.problem.split('. ');
    throw entry.refuse(
      'columns',
      what,
      `Say under columns where they come from. The source has: ${names.join(', ')}.`,
    );
  }
  const plan: FilePlan = {
    id,
    source: {
      path: `${extraction.scratchPath}.${id}.${reader.format}`,
      label: entry.label,
      format: source.kind,
      nameHints: [],
    },
    format: source.kind,
    table: entry.table,
    delimiter: '',
    sourceColumns: names,
    columns: match.columns,
    ignoredColumns: match.ignoredColumns,
    bulkFormat: reader.format,
  };
  const cursor = buildEntryCursor(entry, columns, extraction);
  const definition = buildDefinition(entry, extraction, plan);
  const isNew = entry.mode === 'snapshot' || extraction.isFullRefresh;
  const last = isNew ? null : await fetchReadState(raw, { label: entry.label, definition });
  return { entry, plan, relation, columns, cursor, definition, last };
}

/** The columns a table's rows are read with, each under the name the loader looks for. */
function listValues({ plan, columns }: PlannedTable, { reader, source }: Extraction): readonly string[] {
  const contract = new Map<string, ContractColumn>(plan.table.columns.map((column) => [column.name, column]));
  const sourced = plan.columns.filter((planned) => planned.source !== undefined);
  return sourced.map((planned, index) => {
    const info = findColumn(columns, planned.source ?? '');
    const column = contract.get(planned.name);
    if (info === undefined || column === undefined)
      throw new TypeError(`${planned.name} is planned from nothing`);
    return `${reader.renderValue(info, column, source.timezone)} as ${quoteIdentifier(`c${index}`)}`;
  });
}

function isCursorState(state: ReadState | null): state is CursorState {
  return state?.kind === 'cursor';
}

async function decideRows(table: PlannedTable, extraction: Extraction, sight: CursorSight | undefined) {
  const { entry, cursor, last } = table;
  const { reader, engine } = extraction;
  if (entry.mode === 'snapshot') return { condition: null, state: null };
  if (cursor !== null && sight !== undefined) {
    const before = isCursorState(last) ? last : null;
    const bound = before?.bound ?? null;
    return {
      condition: bound === null ? null : reader.renderFrom(cursor, BigInt(bound)),
      state: advanceCursor(before, sight),
    };
  }
  const before = last?.kind === 'transactions' ? last : null;
  return (await reader.fetchTransactionRead?.(engine, entry, before)) ?? { condition: null, state: null };
}

async function extractTable(
  table: PlannedTable,
  extraction: Extraction,
  sight: CursorSight | undefined,
): Promise<ExtractedTable> {
  const { entry, plan, relation, definition } = table;
  const name = `${entry.table.schema}.${entry.table.name}`;
  extraction.onProgress?.({ file: entry.label, table: name, phase: 'read' });
  const { condition, state } = await decideRows(table, extraction, sight);
  const sql = renderExtract(listValues(table, extraction), relation, condition);
  await extraction.engine.writeFile(sql, { path: plan.source.path, format: extraction.reader.format });
  const progress = state === null ? null : { label: entry.label, table: name, definition, state };
  return { entry, plan, progress };
}

/** A standby does not show who is writing: a cursor can be relied on there only as far back as a lag reaches. */
async function assertCursorsHold(tables: readonly PlannedTable[], extraction: Extraction): Promise<void> {
  const bare = tables.find(({ cursor, entry }) => cursor !== null && entry.lag === null);
  if (bare === undefined || !(await extraction.reader.checkIsStandby(extraction.engine))) return;
  throw bare.entry.refuse(
    'cursor',
    'the source is a standby, which does not show the transactions that are still writing',
    'Leave the cursor out, so that changed rows are told by their transactions, or set a lag longer than any transaction takes.',
  );
}

/**
 * Reads tables of a source into files. All of them are seen in one state of the database, where it can do that.
 *
 * @throws TenureError DEFINITION_INVALID, and what `fail` makes of the errors of the source
 */
export async function extractTables(extraction: Extraction): Promise<readonly ExtractedTable[]> {
  const { engine, reader, source, entries, fail } = extraction;
  const tables: PlannedTable[] = [];
  for (const [id, entry] of entries.entries()) {
    tables.push(await planTable(extraction, entry, id).catch((error) => fail(error, entry)));
  }
  await assertCursorsHold(tables, extraction).catch((error) => fail(error, null));
  const withCursor = tables.flatMap(({ relation, cursor }) =>
    cursor === null ? [] : [{ relation, cursor }],
  );
  const sights = await reader.fetchSights(engine, withCursor, source).catch((error) => fail(error, null));
  const sightOf = new Map(withCursor.map(({ cursor }, index) => [cursor, sights[index]]));
  await reader.begin(engine);
  const extracted: ExtractedTable[] = [];
  for (const table of tables) {
    const sight = table.cursor === null ? undefined : sightOf.get(table.cursor);
    extracted.push(await extractTable(table, extraction, sight).catch((error) => fail(error, table.entry)));
  }
  await reader.end(engine).catch((error) => fail(error, null));
  return extracted;
}
