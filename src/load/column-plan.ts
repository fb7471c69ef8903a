import { type ContractTable, parseName } from '../contract/index.ts';
import type { PlannedColumn } from './load-types.ts';
import type { TableMapping } from './mapping.ts';

export interface ColumnMatch {
  readonly columns: readonly PlannedColumn[];
  readonly ignoredColumns: readonly string[];
  /** Why the file cannot be loaded; absent when it can. */
  readonly problem?: string;
}

interface SourceNames {
  readonly byName: ReadonlyMap<string, string>;
  readonly repeated: string | undefined;
}

function buildSourceNames(sourceColumns: readonly string[]): SourceNames {
  const byName = new Map<string, string>();
  let repeated: string | undefined;
  for (const column of sourceColumns) {
    const name = parseName(column);
    if (name === '') continue;
    if (byName.has(name)) repeated ??= name;
    else byName.set(name, column);
  }
  return { byName, repeated };
}

function buildMapped(
  name: string,
  mapping: Pick<TableMapping, 'columns'>,
  names: SourceNames,
): PlannedColumn | string | null {
  const rule = mapping.columns[name];
  if (rule === null || rule === undefined) return null;
  if (typeof rule === 'object' && 'constant' in rule) return { name, constant: String(rule.constant) };
  const wanted = typeof rule === 'string' ? rule : rule.column;
  const source = names.byName.get(parseName(wanted));
  if (source === undefined) return wanted;
  if (typeof rule === 'string') return { name, source };
  return {
    name,
    source,
    ...(rule.format === undefined ? {} : { format: rule.format }),
    ...(rule.values === undefined ? {} : { values: rule.values }),
    ...(rule.prefix === undefined ? {} : { prefix: rule.prefix }),
  };
}

function buildProblem(
  missing: readonly string[],
  unmapped: readonly string[],
  repeated?: string,
): string | undefined {
  if (repeated !== undefined) {
    return `Two columns are named ${repeated}. Rename or remove one of them.`;
  }
  if (unmapped.length > 0) {
    return `The mapping names columns the file does not have: ${unmapped.join(', ')}. Correct the mapping file.`;
  }
  if (missing.length > 0) {
    return `Required columns are missing: ${missing.join(', ')}. Add them to the header, or name their source in a mapping file.`;
  }
  return undefined;
}

/** Decides which column of a file feeds which column of its table. */
export function buildColumnPlan(
  table: ContractTable,
  sourceColumns: readonly string[],
  mapping?: Pick<TableMapping, 'columns'>,
): ColumnMatch {
  const names = buildSourceNames(sourceColumns);
  const columns: PlannedColumn[] = [];
  const missing: string[] = [];
  const unmapped: string[] = [];
  for (const column of table.columns) {
    const isMapped = mapping !== undefined && column.name in mapping.columns;
    const own = names.byName.get(column.name);
    const planned = isMapped
      ? buildMapped(column.name, mapping, names)
      : own === undefined
        ? null
        : { name: column.name, source: own };
    if (typeof planned === 'string') unmapped.push(planned);
    else if (planned !== null) columns.push(planned);
    else if ((column.isRequired || table.key.includes(column.name)) && column.defaultValue === undefined) {
      missing.push(column.name);
    }
  }
  const used = new Set(columns.map((column) => column.source));
  const ignoredColumns = sourceColumns.filter((column) => !used.has(column));
  const problem = buildProblem(missing, unmapped, names.repeated);
  return { columns, ignoredColumns, ...(problem === undefined ? {} : { problem }) };
}
