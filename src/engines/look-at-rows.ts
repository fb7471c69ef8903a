import type { Engine } from './engine.ts';

/** Has the planner look at a table whose rows changed, where it does not by itself; the relation is quoted. */
export async function lookAtRows(engine: Engine, relation: string): Promise<void> {
  if (engine.profile.isToldToLook) await engine.execute(`analyze ${relation}`);
}
