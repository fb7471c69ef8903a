import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { ContractColumn, ContractTable } from '../contract/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { buildStagedValue, renderFinal, type StagedValue, stageTypeOf } from './column-store.ts';
import { renderParquetReader } from './inspect-store.ts';
import type { FilePlan, PlannedColumn } from './load-types.ts';
import { fileLiteral, finalOf, READER_REJECTS, renderWithin, stageOf } from './names-store.ts';
import { compressionOf } from './raw-lines-store.ts';

export interface StageOptions {
  /** The columns some file brings values for. */
  readonly filled: ReadonlySet<string>;
  /** The day of the load, for defaults. */
  readonly loadDate: string;
}

/**
 * Makes the table that holds a table's rows as they were read, and the view of them as they will be stored. Rows stay
 * there for seconds: looking for the best way to compress their values would take longer than reading them.
 */
export async function createStage(
  engine: DuckdbEngine,
  table: ContractTable,
  options: StageOptions,
): Promise<void> {
  const columns = table.columns.map((column) => {
    const compression = options.filled.has(column.name) ? ' using compression uncompressed' : '';
    return `${quoteIdentifier(column.name)} ${stageTypeOf(column)}${compression}`;
  });
  await engine.execute(
    `create table ${stageOf(table)} (
       _file integer, _line bigint, _faults struct("column" varchar, "value" varchar)[], ${columns.join(', ')}
     )`,
  );
  const finals = table.columns.map(
    (column) => `${renderFinal(column, options.loadDate)} as ${quoteIdentifier(column.name)}`,
  );
  await engine.execute(
    `create view ${finalOf(table)} as
     select rowid as _row, _file, ${finals.join(', ')} from ${stageOf(table)}`,
  );
}

function findColumn(table: ContractTable, name: string): ContractColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new TypeError(`${table.name} has no column ${name}`);
  return column;
}

/** The columns whose text could not be read, as a list; NULL when there are none. */
function renderFaults(fallible: readonly { readonly name: string; readonly index: number }[]): string {
  if (fallible.length === 0) return 'null';
  const any = fallible.map(({ index }) => `(v${index} is null and t${index} is not null)`).join(' or ');
  const list = fallible.map(
    ({ name, index }) =>
      `{'column': ${quoteLiteral(name)}, 'value': case when v${index} is null then t${index} end}`,
  );
  return `case when ${any} then list_filter([${list.join(', ')}], lambda fault: fault."value" is not null) end`;
}

interface StageSource {
  /** The relation that is read. */
  readonly from: string;
  /** The expression of the number of the row's file; the plan's own when absent. */
  readonly file?: string;
  /** The expression of the row's line. */
  readonly line: string;
  readonly buildValue: (planned: PlannedColumn) => StagedValue;
}

/** Texts, then values, then faults, each made once from what is below: reading a time is not cheap. */
function renderInsert(plan: FilePlan, { from, file, line, buildValue }: StageSource): string {
  const staged = plan.columns.map((planned, index) => ({
    name: planned.name,
    index,
    ...buildValue(planned),
  }));
  const names = staged.map(({ name }) => quoteIdentifier(name));
  const texts = staged.map(({ text, index }) => `${text} as t${index}`);
  const values = staged.map(
    ({ index, renderValue }) => `${renderValue?.(`t${index}`) ?? `t${index}`} as v${index}`,
  );
  const fallible = staged.filter(({ renderValue }) => renderValue !== undefined);
  return `insert into ${stageOf(plan.table)} (${['_file', '_line', '_faults', ...names].join(', ')})
    select ${['_file', '_line', renderFaults(fallible), ...staged.map(({ index }) => `v${index}`)].join(', ')}
    from (
      select ${['*', ...values].join(', ')}
      from (select ${[`${file ?? plan.id} as _file`, `${line} as _line`, ...texts].join(', ')} from ${from}) as texts
    ) as staged`;
}

/** The contract's column a file's column feeds as it is, so that the reader itself can convert it. */
export function parseDirectColumn(plan: FilePlan, source: string): ContractColumn | null {
  const users = plan.columns.filter((planned) => planned.source === source);
  const [only] = users;
  if (users.length !== 1 || only === undefined) return null;
  if (only.format !== undefined || only.values !== undefined || only.prefix !== undefined) return null;
  const column = findColumn(plan.table, only.name);
  // Times need their offset taken off (`renderInstant`), which the reader cannot do.
  return column.type === 'timestamp' ? null : column;
}

function renderCsvReader(plan: FilePlan, file: string, rejects: string): string {
  const columns = plan.sourceColumns.map((source, index) => {
    const direct = parseDirectColumn(plan, source);
    return `'s${index}': '${direct === null ? 'varchar' : stageTypeOf(direct)}'`;
  });
  return `read_csv(${fileLiteral(file)}, auto_detect = false, header = true, delim = ${quoteLiteral(plan.delimiter)},
    quote = '"', escape = '"', columns = {${columns.join(', ')}}, hive_partitioning = false,
    compression = '${compressionOf(file)}', store_rejects = true, rejects_table = '${rejects}', rejects_scan = '${rejects}_scan')`;
}

export interface CsvReading {
  /** The file to read: the plan's own, or one made from its sound lines. */
  readonly file: string;
  readonly attempt: number;
}

/** Reads a CSV file into its stage; lines the reader turns away go to the reader's rejects. */
export async function runCsvStage(engine: DuckdbEngine, plan: FilePlan, reading: CsvReading): Promise<void> {
  const rejects = `tenure_rejects_${plan.id}_${reading.attempt}`;
  const insert = renderInsert(plan, {
    from: renderCsvReader(plan, reading.file, rejects),
    line: 'null',
    buildValue: (planned) => {
      const index = plan.sourceColumns.indexOf(planned.source ?? '');
      const isDirect = planned.source !== undefined && parseDirectColumn(plan, planned.source) !== null;
      if (isDirect) return { text: `s${index}` };
      return buildStagedValue(findColumn(plan.table, planned.name), planned, `s${index}`);
    },
  });
  await engine.execute(insert);
  await engine.execute(
    `insert into ${READER_REJECTS}
     select ${plan.id}, line, column_idx, error_type::varchar, error_message, csv_line from temp."${rejects}"`,
  );
  await engine.execute(`drop table temp."${rejects}"; drop table temp."${rejects}_scan"`);
}

/** Forgets what was read of a file. */
export async function clearStage(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  await engine.execute(`delete from ${stageOf(plan.table)} where ${renderWithin(plan)}`);
  await engine.execute(`delete from ${READER_REJECTS} where file = ${plan.id}`);
}

/** Reads a Parquet file, or the files of a folder at once, into its stage. */
export async function runParquetStage(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  const insert = renderInsert(plan, {
    from: renderParquetReader(plan.parts ?? [plan.source], 'file_row_number = true'),
    ...(plan.parts === undefined ? {} : { file: `file_index + ${plan.id}` }),
    line: 'file_row_number + 1',
    buildValue: (planned) => {
      const text = `cast(${quoteIdentifier(planned.source ?? '')} as varchar)`;
      return buildStagedValue(findColumn(plan.table, planned.name), planned, text);
    },
  });
  await engine.execute(insert);
}

/** A file that an engine wrote: `Engine.writeFile`. */
function renderBulkReader(plan: FilePlan, columns: number): string {
  const file = fileLiteral(plan.source.path);
  if (plan.bulkFormat === 'parquet') return `read_parquet(${file}, hive_partitioning = false)`;
  const names = Array.from({ length: columns }, (_, index) => `'c${index}': 'varchar'`);
  return `read_csv(${file}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n',
    nullstr = '\\N', allow_quoted_nulls = false, max_line_size = 33554432, buffer_size = 33554432, columns = {${names.join(', ')}},
    hive_partitioning = false, compression = 'none')`;
}

/** Reads the rows that a database gave into their stage. They have no lines. */
export async function runBulkStage(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  const sourced = plan.columns.filter(({ source }) => source !== undefined);
  const insert = renderInsert(plan, {
    from: renderBulkReader(plan, sourced.length),
    line: 'null',
    buildValue: (planned) => {
      const text = `cast(c${sourced.indexOf(planned)} as varchar)`;
      return buildStagedValue(findColumn(plan.table, planned.name), planned, text);
    },
  });
  await engine.execute(insert);
}

/** Reads parsed JSON objects (`line`, `json`) into the stage of their table. */
export async function runJsonStage(engine: DuckdbEngine, plan: FilePlan, objects: string): Promise<void> {
  const insert = renderInsert(plan, {
    from: `(select * from ${objects} where json_type(json) = 'OBJECT' order by line) as objects`,
    line: 'line',
    buildValue: (planned) => {
      const key = quoteLiteral(`$."${planned.source ?? ''}"`);
      const text = `json_extract_string(json, ${key})`;
      return buildStagedValue(findColumn(plan.table, planned.name), planned, text);
    },
  });
  await engine.execute(insert);
}

export interface StageRange {
  readonly rows: number;
  readonly rejectedRecords: number;
}

/** How many rows of a file were staged, and how many records its reader turned away. */
export async function fetchStageCounts(engine: DuckdbEngine, plan: FilePlan): Promise<StageRange> {
  const rows = await engine.query(
    `select
       (select count(*) from ${stageOf(plan.table)} where ${renderWithin(plan)}) as staged,
       (select count(distinct ordinal) from ${READER_REJECTS} where file = ${plan.id}) as refused`,
  );
  return { rows: Number(rows[0]?.['staged']), rejectedRecords: Number(rows[0]?.['refused']) };
}
