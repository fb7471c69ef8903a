import { quoteLiteral } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import type { FilePlan } from './load-types.ts';
import { fileLiteral, REJECTS, scratchRelation } from './names-store.ts';
import { createRawLines } from './raw-lines-store.ts';

export function objectsOf(fileId: number): string {
  return scratchRelation(`objects_${fileId}`);
}

/** Reads JSON lines: one row per line that holds anything, `json` NULL where the line is not JSON. */
export async function createJsonLines(engine: DuckdbEngine, fileId: number, file: string): Promise<void> {
  const name = `lines_${fileId}`;
  await createRawLines(engine, { file, name });
  await engine.execute(
    `create or replace table ${objectsOf(fileId)} as
     with lines as (
       select rowid + 1 as n, line, is_foreign, not is_foreign and json_valid(line) as is_json
       from ${scratchRelation(name)} where trim(line) <> ''
     )
     select
       n as line,
       case when is_json then line::json end as json,
       is_foreign,
       case when is_json and json_type(line) = 'OBJECT' then null else line end as text
     from lines`,
  );
  await engine.execute(`drop table ${scratchRelation(name)}`);
}

/** Reads a file that is one JSON array: one row per element, numbered from 1. */
export async function createJsonElements(engine: DuckdbEngine, fileId: number, file: string): Promise<void> {
  const elements = scratchRelation(`lines_${fileId}`);
  await engine.execute(
    `create or replace table ${elements} as
     select json from read_json_objects(${fileLiteral(file)}, format = 'array', maximum_object_size = 16777216)`,
  );
  await engine.execute(
    `create or replace table ${objectsOf(fileId)} as
     select
       rowid + 1 as line, json, false as is_foreign,
       case when json_type(json) <> 'OBJECT' then json::varchar end as text
     from ${elements}`,
  );
  await engine.execute(`drop table ${elements}`);
}

/** Rejects the lines that are no JSON objects; returns how many there were. */
export async function rejectMalformed(engine: DuckdbEngine, plan: FilePlan): Promise<number> {
  const table = quoteLiteral(`${plan.table.schema}.${plan.table.name}`);
  return engine.execute(
    `insert into ${REJECTS} (file, table_name, line, rule, reason, "row")
     select
       ${plan.id}, ${table}, line,
       case when is_foreign then 'encoding' else 'malformed' end,
       case when is_foreign then 'The line is not UTF-8. Save the file as UTF-8.'
         else 'This is not one JSON object. Write one object per line, or one array of objects.' end,
       text
     from ${objectsOf(plan.id)}
     where json is null or json_type(json) <> 'OBJECT'`,
  );
}
