import { errorText } from '../base/index.ts';
import { type ContractTable, listTables } from '../contract/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { buildColumnPlan } from './column-plan.ts';
import { parseCsvHeader } from './header.ts';
import { listJsonKeys, listParquetColumns } from './inspect-store.ts';
import { createJsonElements, createJsonLines, objectsOf } from './json-store.ts';
import type { FileFormat, FilePlan, RefusedFile, SourceFile } from './load-types.ts';
import { type FileMapping, parseMappingFor } from './mapping.ts';
import { fetchFirstLine } from './raw-lines-store.ts';
import { parseTableOfFile } from './source-files.ts';
import { assertFileFault } from './trouble.ts';

export interface PlanningOptions {
  readonly table?: ContractTable;
  readonly mappings: readonly FileMapping[];
  readonly parseMappedTable: (name: string) => ContractTable | undefined;
}

/** A file, or the files of a folder that are read as one. */
interface FileNumber {
  readonly id: number;
  readonly parts?: readonly SourceFile[];
  readonly definition?: string;
}

interface Layout {
  readonly format: FileFormat;
  readonly delimiter: string;
  readonly sourceColumns: readonly string[];
}

/** A file whose layout says it cannot be loaded. */
interface LayoutProblem {
  readonly format: FileFormat;
  readonly value: string | null;
  readonly reason: string;
}

const EMPTY_REASON = 'The file is empty. It needs a header line with the names of its columns.';

async function fetchCsvLayout(engine: DuckdbEngine, source: SourceFile, known: ReadonlySet<string>) {
  const line = await fetchFirstLine(engine, source.path);
  if (line === null) return { format: 'csv', value: null, reason: EMPTY_REASON } as const;
  const { delimiter, columns } = parseCsvHeader(line, known);
  return { format: 'csv', delimiter, sourceColumns: columns } as const;
}

async function fetchJsonLayout(
  engine: DuckdbEngine,
  source: SourceFile,
  id: number,
): Promise<Layout | LayoutProblem> {
  const line = await fetchFirstLine(engine, source.path);
  if (line === null) return { format: 'json_lines', value: null, reason: 'The file is empty.' };
  const isArray = line.trimStart().startsWith('[');
  if (isArray) await createJsonElements(engine, id, source.path);
  else await createJsonLines(engine, id, source.path);
  const sourceColumns = await listJsonKeys(engine, objectsOf(id));
  return { format: isArray ? 'json_array' : 'json_lines', delimiter: '', sourceColumns };
}

async function fetchLayout(
  engine: DuckdbEngine,
  source: SourceFile,
  options: FileNumber & { readonly known: ReadonlySet<string> },
): Promise<Layout | LayoutProblem> {
  if (source.format === 'csv') return fetchCsvLayout(engine, source, options.known);
  if (source.format === 'json') return fetchJsonLayout(engine, source, options.id);
  const sourceColumns = await listParquetColumns(engine, options.parts ?? [source]);
  return { format: 'parquet', delimiter: '', sourceColumns };
}

const DEFAULT_FORMATS = {
  csv: 'csv',
  json: 'json_lines',
  parquet: 'parquet',
  postgres: 'postgres',
  clickhouse: 'clickhouse',
} as const;

function buildUnknownTable(id: number, source: SourceFile): RefusedFile {
  const names = listTables()
    .map((table) => table.name)
    .join(', ');
  return {
    id,
    source,
    format: DEFAULT_FORMATS[source.format],
    table: null,
    rule: 'header',
    value: null,
    reason: `Its name fits no table. Name it after one (${names}), say --table, or write a mapping file.`,
  };
}

function buildKnownNames(table: ContractTable, mapping: FileMapping | undefined): ReadonlySet<string> {
  const names = new Set(table.columns.map((column) => column.name));
  for (const rule of Object.values(mapping?.columns ?? {})) {
    if (typeof rule === 'string') names.add(rule.toLowerCase());
    else if (rule !== null && 'column' in rule) names.add(rule.column.toLowerCase());
  }
  return names;
}

function buildPlan(
  layout: Layout,
  file: FileNumber & { readonly source: SourceFile; readonly table: ContractTable },
  mapping: FileMapping | undefined,
): FilePlan | RefusedFile {
  const match = buildColumnPlan(file.table, layout.sourceColumns, mapping);
  // A file of no objects at all has no keys to miss: its lines are rejected one by one.
  const isKeyless = layout.format === 'json_lines' && layout.sourceColumns.length === 0;
  if (match.problem !== undefined && !isKeyless) {
    const value = layout.sourceColumns.join(layout.delimiter === '' ? ',' : layout.delimiter);
    const { id, source, table } = file;
    return { id, source, table, format: layout.format, rule: 'header', value, reason: match.problem };
  }
  return { ...file, ...layout, columns: match.columns, ignoredColumns: match.ignoredColumns };
}

/** The table a file belongs to, and how its columns are mapped. */
export function findTarget(
  source: SourceFile,
  options: PlanningOptions,
): { readonly mapping: FileMapping | undefined; readonly table: ContractTable | undefined } {
  const mapping = parseMappingFor(options.mappings, source.path);
  const mapped = mapping === undefined ? undefined : options.parseMappedTable(mapping.table);
  return { mapping, table: mapped ?? options.table ?? parseTableOfFile(source) };
}

/** Decides, for one file, its table, its layout and where each column comes from; or why it cannot be loaded. */
export async function buildFilePlan(
  engine: DuckdbEngine,
  source: SourceFile,
  options: PlanningOptions & FileNumber,
): Promise<FilePlan | RefusedFile> {
  const { id, parts, definition } = options;
  const { mapping, table } = findTarget(parts?.[0] ?? source, options);
  if (table === undefined) return buildUnknownTable(id, source);
  const format = DEFAULT_FORMATS[source.format];
  try {
    const number = {
      id,
      ...(parts === undefined ? {} : { parts }),
      ...(definition === undefined ? {} : { definition }),
    };
    const layout = await fetchLayout(engine, source, { ...number, known: buildKnownNames(table, mapping) });
    if ('reason' in layout) return { id, source, table, rule: 'header', ...layout };
    return buildPlan(layout, { ...number, source, table }, mapping);
  } catch (error) {
    assertFileFault(error);
    return { id, source, format, table, rule: 'unreadable', value: null, reason: renderUnreadable(error) };
  }
}

/** The first line of what the reader said, as a reason. */
export function renderUnreadable(error: unknown): string {
  const [first = ''] = errorText(error).split('\n');
  return `The file cannot be read: ${first.slice(0, 300)} Check that it is whole and of the format its name says.`;
}
