import { quoteLiteral } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import type { FilePlan } from './load-types.ts';
import { READER_REJECTS, REJECTS, scratchRelation, stageOf } from './names-store.ts';
import { createRawLines } from './raw-lines-store.ts';

/** The physical lines of a file: `n` from 1, and its text. */
export function linesOf(plan: FilePlan): string {
  return scratchRelation(`lines_${plan.id}`);
}

function marksOf(plan: FilePlan): string {
  return scratchRelation(`marks_${plan.id}`);
}

function startsOf(plan: FilePlan): string {
  return scratchRelation(`starts_${plan.id}`);
}

/** A line that leaves a quoted value open at its end, when it begins outside of one. */
function renderOpenPattern(delimiter: string): string {
  const mark = delimiter === '\t' ? '\\t' : delimiter;
  return `(?:(?:"(?:[^"]|"")*" *|[^"${mark}][^${mark}]*|)[${mark}])*"(?:[^"]|"")*`;
}

/** Reads a file's physical lines into the scratch file, and what each does to quoting. */
export async function createLines(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  await createRawLines(engine, { file: plan.source.path, name: `lines_${plan.id}` });
  const pattern = quoteLiteral(renderOpenPattern(plan.delimiter));
  // What a line does to "inside quotes": 0 ends outside, 3 ends inside, 1 the other way round, 2 nothing.
  await engine.execute(
    `create or replace table ${marksOf(plan)} as
     select
       rowid + 1 as n,
       regexp_full_match(line, ${pattern})::integer + 2 * regexp_full_match('"' || line, ${pattern})::integer as effect
     from ${linesOf(plan)}
     where contains(line, '"')`,
  );
}

/** Whether a quoted value is open after each line that holds a quote: a running composition of the effects. */
function renderOpenAfter(plan: FilePlan): string {
  return `
    effects as (
      select
        n,
        case effect when 0 then 0 when 3 then 1 end as fixed,
        case when effect = 1 then 1 else 0 end as turn
      from ${marksOf(plan)}
    ),
    running as (
      select
        n,
        last_value(fixed ignore nulls) over so_far as base,
        last_value(case when fixed is not null then n end ignore nulls) over so_far as base_line,
        sum(turn) over so_far as turns
      from effects
      window so_far as (order by n)
    ),
    open_after as (
      select
        running.n,
        ((coalesce(running.base, 0) + running.turns - coalesce(fixed_at.turns, 0)) % 2)::integer as is_open
      from running
      left join running as fixed_at on fixed_at.n = running.base_line
    )`;
}

/** The line at which a quoted value begins that never ends; null when all end. */
export async function fetchRunawayLine(engine: DuckdbEngine, plan: FilePlan): Promise<number | null> {
  const rows = await engine.query(
    `with ${renderOpenAfter(plan)},
     steps as (select n, is_open, lag(is_open, 1, 0) over (order by n) as was_open from open_after)
     select
       (select is_open from open_after order by n desc limit 1) as at_end,
       (select max(n) from steps where is_open = 1 and was_open = 0) as n`,
  );
  return rows[0]?.['at_end'] === 1 ? Number(rows[0]['n']) : null;
}

/** The lines that were taken out of a file, as a subquery. */
function renderTakenOut(plan: FilePlan): string {
  return `select line from ${REJECTS} where file = ${plan.id} and row_id is null and ordinal is null`;
}

const QUOTE_REASON =
  'A quoted value begins here and does not end. Close the quote, or double the quotes inside the value.';
const FOREIGN_REASON = 'The line is not UTF-8. Save the file as UTF-8.';

async function takeOut(engine: DuckdbEngine, plan: FilePlan, chosen: string): Promise<number> {
  const table = `${plan.table.schema}.${plan.table.name}`;
  const count = await engine.execute(
    `insert into ${REJECTS} (file, table_name, line, rule, reason, "row")
     select ${plan.id}, ${quoteLiteral(table)}, rowid + 1, case when is_foreign then 'encoding' else 'quote' end,
       case when is_foreign then ${quoteLiteral(FOREIGN_REASON)} else ${quoteLiteral(QUOTE_REASON)} end, line
     from ${linesOf(plan)} where ${chosen} and rowid + 1 not in (${renderTakenOut(plan)})`,
  );
  await engine.execute(`delete from ${marksOf(plan)} where n in (${renderTakenOut(plan)})`);
  return count;
}

/** Takes lines out: they are rejected by themselves, and the rest is read without them. Returns how many. */
export function rejectLines(engine: DuckdbEngine, plan: FilePlan, lines: readonly number[]): Promise<number> {
  return takeOut(engine, plan, `rowid + 1 in (${lines.join(', ')})`);
}

/** Takes out the lines that are not UTF-8, which cannot be copied. Returns how many. */
export function rejectForeignLines(engine: DuckdbEngine, plan: FilePlan): Promise<number> {
  return takeOut(engine, plan, 'is_foreign');
}

/** Writes the lines that are left to a file that can be read instead. */
export async function writeSoundLines(engine: DuckdbEngine, plan: FilePlan, file: string): Promise<void> {
  await engine.execute(
    `copy (
       select coalesce(line, '') as line from ${linesOf(plan)}
       where rowid + 1 not in (${renderTakenOut(plan)})
       order by rowid
     ) to ${quoteLiteral(file)} (format csv, header false, quote '', escape '', delimiter '\x01')`,
  );
}

/**
 * Numbers the records of a file: `ordinal` counts records and blank lines, as DuckDB's rejects do; `n` is the
 * physical line on which the record begins.
 */
export async function createRecordStarts(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  await engine.execute(
    `create or replace table ${startsOf(plan)} as
     with ${renderOpenAfter(plan)},
     sound as (
       select rowid + 1 as n, coalesce(line, '') = '' as is_blank from ${linesOf(plan)}
       where rowid + 1 not in (${renderTakenOut(plan)})
     )
     select sound.n, sound.is_blank, row_number() over (order by sound.n) as ordinal
     from sound
     asof left join open_after on sound.n > open_after.n
     where coalesce(open_after.is_open, 0) = 0`,
  );
  await engine.execute(
    `create or replace table ${scratchRelation(`goods_${plan.id}`)} as
     select n, row_number() over (order by n) - 1 as place
     from ${startsOf(plan)}
     where not is_blank
       and ordinal > (select min(ordinal) from ${startsOf(plan)} where not is_blank)
       and ordinal not in (select ordinal from ${READER_REJECTS} where file = ${plan.id})`,
  );
}

/** True when the records counted by lines are the records the reader gave: then line numbers are exact. */
export async function checkAlignment(engine: DuckdbEngine, plan: FilePlan): Promise<boolean> {
  const rows = await engine.query(
    `select
       (select count(*) from ${scratchRelation(`goods_${plan.id}`)}) as counted,
       (select count(*) from ${stageOf(plan.table)} where _file = ${plan.id}) as staged`,
  );
  return rows[0]?.['counted'] === rows[0]?.['staged'];
}

/** The first lines of records that were rejected for their quotes although they run over several lines. */
export async function listSpanningLines(engine: DuckdbEngine, plan: FilePlan): Promise<readonly number[]> {
  const rows = await engine.query(
    `with rejected as (select distinct ordinal from ${READER_REJECTS} where file = ${plan.id} and error = 'UNQUOTED VALUE'),
     spans as (select ordinal, n, lead(n) over (order by n) - n as height from ${startsOf(plan)})
     select spans.n from rejected inner join spans using (ordinal) where spans.height > 1 order by 1`,
  );
  return rows.map((row) => Number(row['n']));
}

/** Fills in the physical lines of a file's rejects. */
export async function writeRejectLines(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  await engine.execute(
    `update ${REJECTS} as rejects set line = starts.n from ${startsOf(plan)} as starts
     where rejects.file = ${plan.id} and rejects.line is null and starts.ordinal = rejects.ordinal`,
  );
  await engine.execute(
    `update ${REJECTS} as rejects set line = goods.n
     from ${scratchRelation(`goods_${plan.id}`)} as goods
     where rejects.file = ${plan.id} and rejects.line is null
       and goods.place = rejects.row_id - (select min(rowid) from ${stageOf(plan.table)} where _file = ${plan.id})`,
  );
}

export async function dropLines(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  for (const name of ['lines', 'marks', 'starts', 'goods']) {
    await engine.execute(`drop table if exists ${scratchRelation(`${name}_${plan.id}`)}`);
  }
}
