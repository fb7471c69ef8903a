import type { DuckdbEngine } from '../engines/index.ts';
import type { Chance } from './chance-store.ts';
import type { CompanyPlan } from './company-plan.ts';

/** What every part of the generator works with. Its own tables are in the database `scratch`. */
export interface GeneratorContext {
  readonly engine: DuckdbEngine;
  readonly plan: CompanyPlan;
  readonly chance: Chance;
  /** The columns the load adds to every row, as a select list. */
  readonly stamp: string;
}
