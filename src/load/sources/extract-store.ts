import { quoteIdentifier, quoteLiteral } from '../../base/index.ts';
import type { DuckdbEngine, Engine } from '../../engines/index.ts';
import type { FilePlan } from '../load-types.ts';
import { finalOf, relationOf } from '../names-store.ts';

/** The query that reads a table's rows; `condition` null for all of them. */
export function renderExtract(values: readonly string[], relation: string, condition: string | null): string {
  return `select ${values.join(', ')} from ${relation}${condition === null ? '' : ` where ${condition}`}`;
}

/** How many stored rows came from a source. */
export async function fetchStoredCount(raw: Engine, plan: FilePlan): Promise<number> {
  const [row] = await raw.query(
    `select count(*) as n from ${relationOf(plan.table)} where "_source" = ${quoteLiteral(plan.source.label)}`,
  );
  return Number(row?.['n']);
}

/** How many stored rows that came from a source are among those it gave this time. */
export async function fetchMatchedCount(engine: DuckdbEngine, plan: FilePlan): Promise<number> {
  const match = plan.table.key
    .map((name) => `given.${quoteIdentifier(name)} = stored.${quoteIdentifier(name)}`)
    .join(' and ');
  const [row] = await engine.query(
    `select count(*) as n from ${relationOf(plan.table)} as stored
     where stored."_source" = ${quoteLiteral(plan.source.label)}
       and exists (select 1 from ${finalOf(plan.table)} as given where given._file = ${plan.id} and ${match})`,
  );
  return Number(row?.['n']);
}

/** Who asks, in the database's words. */
export async function fetchRole(engine: Engine, role: string): Promise<string> {
  const [row] = await engine.query(`select cast(${role} as text) as role`);
  return String(row?.['role']);
}
