import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { ContractTable } from '../contract/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { renderIdentical } from './check-store.ts';
import { LOAD_COLUMNS } from './ddl-store.ts';
import type { FilePlan } from './load-types.ts';
import {
  changesOf,
  excludedOf,
  FILES,
  finalOf,
  historyOf,
  quoteList,
  REJECTS,
  relationOf,
  renderWithin,
} from './names-store.ts';

/** Rows of one file by what becomes of them. */
export interface OutcomeCounts {
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

/** Finds, for every row to be loaded, the stored row with the same key and whether it is the same. */
export async function createChanges(engine: DuckdbEngine, table: ContractTable): Promise<void> {
  const match = table.key
    .map((name) => `incoming.${quoteIdentifier(name)} = stored.${quoteIdentifier(name)}`)
    .join(' and ');
  await engine.execute(
    `create or replace table ${changesOf(table)} as
     select
       incoming._row, incoming._file, stored.rowid as _target,
       stored.rowid is not null and ${renderIdentical(table, 'incoming', 'stored')} as is_same
     from ${finalOf(table)} as incoming
     left join ${relationOf(table)} as stored on ${match}
     where incoming._row not in (select _row from ${excludedOf(table)})`,
  );
}

function renderOutcomes(table: ContractTable, isCompared: boolean): string {
  if (isCompared) {
    return `select _file as file,
        case when _target is null then 'inserted' when is_same then 'unchanged' else 'updated' end as outcome,
        count(*) as n
      from ${changesOf(table)} group by all`;
  }
  return `select _file as file, 'inserted' as outcome, count(*) as n from ${finalOf(table)}
    where _row not in (select _row from ${excludedOf(table)}) group by all`;
}

/** Counts what becomes of each file's rows; `isCompared` says whether there are changes to count. */
export async function fetchOutcomes(
  engine: DuckdbEngine,
  table: ContractTable,
  isCompared: boolean,
): Promise<ReadonlyMap<number, OutcomeCounts>> {
  const rows = await engine.query(
    `${renderOutcomes(table, isCompared)}
     union all
     select _file, case when is_repeat then 'unchanged' else 'repeated' end, count(*) from ${excludedOf(table)}
     where is_repeat group by all`,
  );
  const counts = new Map<number, OutcomeCounts>();
  for (const row of rows) {
    const file = Number(row['file']);
    const entry = counts.get(file) ?? { inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
    entry[row['outcome'] as keyof OutcomeCounts] += Number(row['n']);
    counts.set(file, entry);
  }
  return counts;
}

export interface MergeBatch {
  readonly batchId: string;
  /** The time of the load, ISO 8601. */
  readonly loadedAt: string;
  readonly isCompared: boolean;
}

async function moveReplaced(engine: DuckdbEngine, table: ContractTable, batch: MergeBatch): Promise<void> {
  const columns = [...table.columns.map((column) => column.name), ...LOAD_COLUMNS];
  const replaced = `select _target from ${changesOf(table)} where _target is not null and not is_same`;
  await engine.execute(
    `insert into ${historyOf(table)} (${quoteList([...columns, '_replaced_by', '_replaced_at'])})
     select ${quoteList(columns)}, ${quoteLiteral(batch.batchId)}, timestamptz ${quoteLiteral(batch.loadedAt)}
     from ${relationOf(table)} where rowid in (${replaced})`,
  );
  await engine.execute(`delete from ${relationOf(table)} where rowid in (${replaced})`);
}

async function buildChoice(
  engine: DuckdbEngine,
  table: ContractTable,
  batch: MergeBatch,
): Promise<readonly string[]> {
  if (batch.isCompared) return [`_row in (select _row from ${changesOf(table)} where not is_same)`];
  const [row] = await engine.query(`select count(*) as n from ${excludedOf(table)}`);
  return row?.['n'] === 0 ? [] : [`_row not in (select _row from ${excludedOf(table)})`];
}

/** Writes the rows of a table: replaced versions to the history, new versions in. Inside a transaction. */
export async function writeMerge(
  engine: DuckdbEngine,
  plans: readonly FilePlan[],
  batch: MergeBatch,
): Promise<void> {
  const table = plans[0]?.table;
  if (table === undefined) return;
  if (batch.isCompared) await moveReplaced(engine, table, batch);
  const columns = quoteList(table.columns.map((column) => column.name));
  const chosen = await buildChoice(engine, table, batch);
  for (const plan of plans) {
    // Every condition is asked of every row: none is asked that cannot make a difference.
    const conditions = [...(plans.length > 1 ? [renderWithin(plan)] : []), ...chosen];
    const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
    const isOne = plan.parts === undefined;
    const label = isOne ? quoteLiteral(plan.source.label) : 'files.label';
    const names = isOne ? '' : `inner join ${FILES} as files on files.file = _file`;
    await engine.execute(
      `insert into ${relationOf(table)} (${columns}, "_source", "_loaded_at", "_batch_id")
       select ${columns}, ${label}, timestamptz ${quoteLiteral(batch.loadedAt)}, ${quoteLiteral(batch.batchId)}
       from ${finalOf(table)} ${names} ${where}`,
    );
  }
}

/** Counts each row once however many faults it has: its first fault stands for it. */
export async function countRejects(engine: DuckdbEngine): Promise<ReadonlyMap<number, number>> {
  await engine.execute(
    `update ${REJECTS} as rejects set "rows" = case when placed.place = 1 then 1 else 0 end
     from (
       select rowid as id, row_number() over (
         partition by file, row_id, ordinal, case when row_id is null and ordinal is null then line end order by rowid
       ) as place
       from ${REJECTS} where "rows" is null
     ) as placed
     where placed.id = rejects.rowid`,
  );
  const rows = await engine.query(`select file, sum("rows")::bigint as n from ${REJECTS} group by file`);
  return new Map(rows.map((row) => [Number(row['file']), Number(row['n'])]));
}
