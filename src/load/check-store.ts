import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { ContractTable } from '../contract/index.ts';
import type { DuckdbEngine, Row } from '../engines/index.ts';
import { buildChecks, type ColumnCheck, renderTypeReason, stageTypeOf } from './column-store.ts';
import type { FilePlan } from './load-types.ts';
import {
  excludedOf,
  finalOf,
  quoteList,
  READER_REJECTS,
  REJECTS,
  relationOf,
  stageOf,
} from './names-store.ts';
import { parseDirectColumn } from './stage-store.ts';

function renderRowText(table: ContractTable): string {
  const pairs = table.columns.map(
    (column) => `${quoteLiteral(column.name)}: ${quoteIdentifier(column.name)}`,
  );
  return `to_json({${pairs.join(', ')}})::varchar`;
}

function renderTableName(table: ContractTable): string {
  return quoteLiteral(`${table.schema}.${table.name}`);
}

async function rejectByCheck(engine: DuckdbEngine, table: ContractTable, check: ColumnCheck): Promise<void> {
  await engine.execute(
    `insert into ${REJECTS} (file, table_name, row_id, line, column_name, value, rule, reason, "row")
     select _file, ${renderTableName(table)}, rowid, _line, ${quoteLiteral(check.column)},
       ${quoteIdentifier(check.column)}::varchar, ${quoteLiteral(check.rule)}, ${check.reason}, ${renderRowText(table)}
     from ${stageOf(table)} where ${check.condition}`,
  );
}

async function rejectByFaults(engine: DuckdbEngine, table: ContractTable): Promise<void> {
  const reasons = table.columns.map(
    (column) => `when ${quoteLiteral(column.name)} then ${renderTypeReason(column, 'fault."value"')}`,
  );
  await engine.execute(
    `insert into ${REJECTS} (file, table_name, row_id, line, column_name, value, rule, reason, "row")
     select _file, ${renderTableName(table)}, row_id, _line, fault."column", fault."value", 'type',
       case fault."column" ${reasons.join(' ')} end, "row"
     from (
       select _file, rowid as row_id, _line, unnest(_faults) as fault, ${renderRowText(table)} as "row"
       from ${stageOf(table)} where _faults is not null
     ) as faulty`,
  );
}

function renderRoundings(table: ContractTable): readonly string[] {
  return table.columns
    .filter((column) => column.type === 'money')
    .map((column) => {
      const value = quoteIdentifier(column.name);
      return `count(*) filter (where ${value} <> round(${value}, 2)) as ${quoteIdentifier(`rounded_${column.name}`)}`;
    });
}

function buildNotes(table: ContractTable, counts: Row): readonly string[] {
  return table.columns.flatMap((column) => {
    const rounded = Number(counts[`rounded_${column.name}`] ?? 0);
    if (column.type !== 'money' || rounded === 0) return [];
    return [`${table.schema}.${table.name}: ${rounded} values of ${column.name} were rounded to the cent.`];
  });
}

/**
 * Checks every staged row of a table: one scan counts the faults of all rules, and only for rules that are
 * broken is it scanned again. Returns what is worth saying beside the rejects.
 */
export async function checkStage(engine: DuckdbEngine, table: ContractTable): Promise<readonly string[]> {
  const checks = buildChecks(table);
  const counts = checks.map((check, index) => `count(*) filter (where ${check.condition}) as c${index}`);
  const rows = await engine.query(
    `select ${['count(_faults) as faults', ...renderRoundings(table), ...counts].join(', ')} from ${stageOf(table)}`,
  );
  const found = rows[0] ?? {};
  if (found['faults'] !== 0) await rejectByFaults(engine, table);
  for (const [index, check] of checks.entries()) {
    if (found[`c${index}`] !== 0) await rejectByCheck(engine, table, check);
  }
  return buildNotes(table, found);
}

function renderSame(table: ContractTable, left: string, right: string): string {
  return table.columns
    .filter((column) => !table.key.includes(column.name))
    .map(
      (column) =>
        `${left}.${quoteIdentifier(column.name)} is not distinct from ${right}.${quoteIdentifier(column.name)}`,
    )
    .join(' and ');
}

/** True where two rows with one key hold the same values. */
export function renderIdentical(table: ContractTable, left: string, right: string): string {
  return renderSame(table, left, right) || 'true';
}

async function rejectRepeats(engine: DuckdbEngine, table: ContractTable): Promise<void> {
  const keys = quoteList(table.key);
  const reason = quoteLiteral(
    `An earlier row of this batch has the same ${table.key.join(', ')} and other values. Keep one of them.`,
  );
  await engine.execute(
    `create or replace temp table tenure_repeats as
     with candidates as (
       select * from ${finalOf(table)}
       where hash(${keys}) in (select h from temp.tenure_hashes)
         and _row not in (select _row from ${excludedOf(table)})
     ),
     placed as (select *, min(_row) over (partition by ${keys}) as _first from candidates)
     select placed._row, placed._file, ${renderIdentical(table, 'placed', 'firsts')} as is_same
     from placed
     inner join candidates as firsts on firsts._row = placed._first
     where placed._row <> placed._first`,
  );
  const key = table.key.map((name) => `${quoteIdentifier(name)}::varchar`).join(`, ', ', `);
  await engine.execute(
    `insert into ${REJECTS} (file, table_name, row_id, line, column_name, value, rule, reason, "row")
     select stage._file, ${renderTableName(table)}, stage.rowid, stage._line, ${quoteLiteral(table.key.join(', '))},
       concat(${key}), 'key_repeated', ${reason}, ${renderRowText(table)}
     from ${stageOf(table)} as stage
     where stage.rowid in (select _row from temp.tenure_repeats where not is_same)`,
  );
  await engine.execute(
    `insert into ${excludedOf(table)} select _row, _file, is_same from temp.tenure_repeats; drop table temp.tenure_repeats`,
  );
}

/**
 * Sets aside the staged rows that are not loaded: those with faults, and repeats of a key. Hashes of keys are
 * compared first; only rows whose hashes meet are compared by their keys.
 */
export async function createExcluded(engine: DuckdbEngine, table: ContractTable): Promise<void> {
  await engine.execute(
    `create or replace table ${excludedOf(table)} as
     select distinct row_id as _row, file as _file, false as is_repeat from ${REJECTS}
     where table_name = ${renderTableName(table)} and row_id is not null`,
  );
  // Counting distinct hashes costs less than finding the repeated ones, and mostly there are none.
  const hash = `hash(${quoteList(table.key)})`;
  const [counts] = await engine.query(
    `select count(*) as n, count(distinct ${hash}) as hashes from ${finalOf(table)}`,
  );
  if (counts?.['n'] === counts?.['hashes']) return;
  await engine.execute(
    `create or replace temp table tenure_hashes as
     select h from (select ${hash} as h from ${finalOf(table)}) as hashed group by h having count(*) > 1`,
  );
  await rejectRepeats(engine, table);
  await engine.execute('drop table temp.tenure_hashes');
}

/** True when the table holds no rows yet: then nothing needs comparing. */
export async function checkIsEmpty(engine: DuckdbEngine, table: ContractTable): Promise<boolean> {
  const rows = await engine.query(`select 1 as one from ${relationOf(table)} limit 1`);
  return rows.length === 0;
}

const READER_REASONS = `case error
    when 'MISSING COLUMNS' then concat('The line has fewer values than the header. Add the missing ones, or quote values that hold a line break. ', message)
    when 'TOO MANY COLUMNS' then concat('The line has more values than the header. Quote values that hold the delimiter. ', message)
    when 'UNQUOTED VALUE' then 'A quoted value does not end as it should. Double the quotes inside the value, and close it.'
    when 'LINE SIZE OVER MAXIMUM' then 'The line is longer than 2 MB. Shorten it; an unclosed quote may be the cause.'
    when 'INVALID ENCODING' then 'The line is not UTF-8. Save the file as UTF-8.'
    else message
  end`;

const READER_RULES = `case error
    when 'CAST' then 'type' when 'MISSING COLUMNS' then 'ragged' when 'TOO MANY COLUMNS' then 'ragged'
    when 'UNQUOTED VALUE' then 'quote' when 'LINE SIZE OVER MAXIMUM' then 'line_size'
    when 'INVALID ENCODING' then 'encoding' else 'malformed'
  end`;

function renderSourceCases(plan: FilePlan): { readonly names: string; readonly reasons: string } {
  const names: string[] = ['when false then null'];
  const reasons: string[] = ['when false then null'];
  for (const [index, source] of plan.sourceColumns.entries()) {
    const direct = parseDirectColumn(plan, source);
    names.push(`when column_index = ${index + 1} then ${quoteLiteral(direct?.name ?? source)}`);
    if (direct === null || stageTypeOf(direct) === 'varchar') continue;
    const reason = renderTypeReason(direct, 'value');
    reasons.push(`when error = 'CAST' and column_index = ${index + 1} then ${reason}`);
  }
  return {
    names: `case ${names.join(' ')} end`,
    reasons: `case ${reasons.join(' ')} else ${READER_REASONS} end`,
  };
}

/** Turns what the CSV reader turned away into rejects: one per fault, one for a ragged line. */
export async function rejectByReader(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  const cases = renderSourceCases(plan);
  await engine.execute(
    `insert into ${REJECTS} (file, table_name, ordinal, column_name, value, rule, reason, "row")
     with found as (
       select *, regexp_extract(message, 'Could not convert string "(.*)" to ''', 1, 's') as extracted,
         row_number() over (partition by ordinal, error in ('CAST', 'INVALID ENCODING') order by column_index) as place
       from ${READER_REJECTS} where file = ${plan.id}
     ),
     kept as (
       select *, case when error = 'CAST' then extracted end as value from found
       where error in ('CAST', 'INVALID ENCODING') or place = 1
     )
     select ${plan.id}, ${renderTableName(plan.table)}, ordinal,
       case when error in ('CAST', 'INVALID ENCODING', 'UNQUOTED VALUE') then ${cases.names} end,
       value, ${READER_RULES}, ${cases.reasons}, csv
     from kept order by ordinal, place, column_index, error`,
  );
}
