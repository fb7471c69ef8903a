import { copyRows, type Engine } from '../engines/index.ts';

/** Where milestones are kept and where they are looked for: one engine twice, or those of two databases. */
export interface MilestoneEngines {
  /** Has the tables of the state, and sees at least `int_customers`, `int_customer_tiers` and `stg_team_members`. */
  readonly state: Engine;
  /** Sees the models of the warehouse by their bare names, and has temporary tables of its own. */
  readonly warehouse: Engine;
  /** Where rows lie on their way from the warehouse to the state, where these are two. */
  readonly scratchPath: string;
}

/** The warehouse, and the state where that is another engine. */
export function listEngines({ state, warehouse }: MilestoneEngines): readonly Engine[] {
  return state === warehouse ? [state] : [warehouse, state];
}

/** Drops temporary tables of the warehouse that the state has no more use for: its session may outlive the work by far. */
export async function clearWarehouse(
  { state, warehouse }: MilestoneEngines,
  names: readonly string[],
): Promise<void> {
  if (state === warehouse) return;
  for (const name of names) await warehouse.execute(`drop table if exists ${name}`);
}

/** Which rows of a temporary table are brought. */
export interface BroughtRows {
  readonly name: string;
  readonly columns: readonly string[];
  /** A condition as SQL; all rows when absent. */
  readonly where?: string;
}

/** Appends rows of a temporary table of the warehouse to that of the same name in the state, unless the two are one. */
export async function bringRows(
  { state, warehouse, scratchPath }: MilestoneEngines,
  { name, columns, where = 'true' }: BroughtRows,
): Promise<void> {
  if (state === warehouse) return;
  const sql = `select ${columns.join(', ')} from ${name} where ${where}`;
  await copyRows({ from: warehouse, sql, to: state, target: { schema: '', name, columns }, scratchPath });
}
