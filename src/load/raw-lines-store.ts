import type { DuckdbEngine } from '../engines/index.ts';
import { fileLiteral, scratchRelation } from './names-store.ts';
import { assertFileFault } from './trouble.ts';

const PLAIN = `auto_detect = false, header = false, delim = '\\x01', quote = '', escape = '',
  columns = {'line': 'varchar'}, strict_mode = false, hive_partitioning = false, max_line_size = 16777216`;

/** The compression a name tells; DuckDB itself overlooks it in names that hold a question mark. */
export function compressionOf(file: string): string {
  if (/\.gz$/i.test(file)) return 'gzip';
  return /\.zst$/i.test(file) ? 'zstd' : 'none';
}

/** The reader of a file's physical lines. */
function renderLineReader(file: string, extra: string): string {
  return `read_csv(${fileLiteral(file)}, ${PLAIN}, compression = '${compressionOf(file)}', ${extra})`;
}

/** The first line that holds anything; null for a file without one. */
export async function fetchFirstLine(engine: DuckdbEngine, file: string): Promise<string | null> {
  const reader = renderLineReader(file, 'ignore_errors = true');
  const rows = await engine.query(`select line from ${reader} where trim(line) <> '' limit 1`);
  return rows[0] === undefined ? null : String(rows[0]['line']);
}

export interface RawLines {
  readonly file: string;
  /** A name for the table in the scratch file, which is also the name of what is made on the way. */
  readonly name: string;
}

/**
 * Reads a file's physical lines into a scratch table (`line`, `is_foreign`) whose `rowid` + 1 is the number of
 * the line. Blank lines are kept, with NULL. Lines that are not UTF-8 are kept too, with `?` in place of what
 * cannot be read: the reader leaves them out, but tells their numbers.
 */
export async function createRawLines(engine: DuckdbEngine, { file, name }: RawLines): Promise<void> {
  const table = scratchRelation(name);
  const rejects = `tenure_${name}`;
  const reader = renderLineReader(
    file,
    `store_rejects = true, rejects_table = '${rejects}', rejects_scan = '${rejects}_scan'`,
  );
  await engine.execute(`create or replace table ${table} as select line, false as is_foreign from ${reader}`);
  const found = await engine.query(`select count(*) as n from temp."${rejects}"`);
  if (found[0]?.['n'] !== 0) {
    const sound = scratchRelation(`${name}_sound`);
    await engine.execute(`create or replace table ${sound} as select line from ${table}`);
    await engine.execute(
      `create or replace table ${table} as
       with foreign_lines as (select line as n, any_value(csv_line) as line from temp."${rejects}" group by all),
       numbers as (
         select i as n, row_number() over (order by i) - 1 as place
         from range(1, (select count(*) from ${sound}) + (select count(*) from foreign_lines) + 1) as lines_of_file(i)
         where i not in (select n from foreign_lines)
       )
       select line, is_foreign from (
         select numbers.n, sound.line, false as is_foreign from ${sound} as sound
         inner join numbers on numbers.place = sound.rowid
         union all
         select n, line, true from foreign_lines
       ) as all_lines
       order by n`,
    );
    await engine.execute(`drop table ${sound}`);
  }
  await engine.execute(`drop table temp."${rejects}"; drop table temp."${rejects}_scan"`);
}

/** How many lines of a file hold anything; 0 when it cannot be read as lines. */
export async function countLines(engine: DuckdbEngine, file: string): Promise<number> {
  const lines = { file, name: 'counted_lines' };
  try {
    await createRawLines(engine, lines);
    const table = scratchRelation(lines.name);
    const rows = await engine.query(`select count(*) filter (where trim(line) <> '') as n from ${table}`);
    await engine.execute(`drop table ${table}`);
    return Number(rows[0]?.['n'] ?? 0);
  } catch (error) {
    assertFileFault(error);
    // Not text at all: there are no rows to speak of, and the reject says why.
    return 0;
  }
}
