import type { DuckdbEngine } from '../engines/index.ts';
import type { FilePlan } from './load-types.ts';
import { REJECTS, renderWithin } from './names-store.ts';

/** Forgets the rejects of a file that is now rejected as a whole. */
export async function clearRejects(engine: DuckdbEngine, plan: FilePlan): Promise<void> {
  await engine.execute(`delete from ${REJECTS} where ${renderWithin(plan, 'file')}`);
}

/** How many rejects of a file do not have their line yet. */
export async function countRejectsWithoutLine(engine: DuckdbEngine, plan: FilePlan): Promise<number> {
  const rows = await engine.query(
    `select count(*) as n from ${REJECTS} where file = ${plan.id} and line is null`,
  );
  return Number(rows[0]?.['n']);
}
