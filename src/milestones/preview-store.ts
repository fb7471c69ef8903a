import type { Row } from '../engines/index.ts';
import type { MilestoneDefinition, StoredDefinition } from './definition.ts';
import type { MilestoneEngines } from './milestone-engines-store.ts';
import { runDetection } from './run-detection-store.ts';

/** What definitions would have found in all of history, had they been there from the first day. */
export interface MilestonePreview {
  /** Every finding: customer_id, customer_name, owner_id, definition, occurrence, achieved_at, achieved_precision. */
  readonly findings: readonly Row[];
  /** How many alerts each owner would have had in each week: week (its Monday), owner_id, owner_name, alerts. */
  readonly alerts: readonly Row[];
  /** Definitions that could not be looked at, and why. */
  readonly waiting: readonly { readonly name: string; readonly problem: string; readonly hint: string }[];
}

/**
 * Runs definitions over all of history without recording anything. One alert is what a customer passes of one definition
 * within a UTC day, as detection would have told it day by day.
 *
 * @param asOf the last day that counts, `YYYY-MM-DD`
 * @param limit how many findings are returned, the latest first; the alerts count all of them
 */
export async function runPreview(
  engines: MilestoneEngines,
  definitions: readonly MilestoneDefinition[],
  { asOf, limit }: { readonly asOf: string; readonly limit: number },
): Promise<MilestonePreview> {
  const { state } = engines;
  const ids = new Map<string, MilestoneDefinition>();
  const planned: StoredDefinition[] = [];
  for (const definition of definitions) {
    const [row] = await state.query(`select cast(md5($1 || '|' || $2) as uuid) as id`, [
      definition.type,
      definition.name,
    ]);
    const id = String(row?.['id']);
    ids.set(id, definition);
    planned.push({ ...definition, enabled: true, id, version: 0, isShipped: false });
  }
  const { waiting } = await runDetection(engines, { definitions: planned, asOf, since: null });
  const found = await state.query(
    `select detected.customer_id, customers.name as customer_name, customers.csm_id as owner_id, detected.definition_id,
       detected.occurrence, detected.achieved_at, detected.achieved_precision
     from milestones_detected as detected
     inner join int_customers as customers on detected.customer_id = customers.customer_id
     order by detected.achieved_at desc, detected.id limit $1`,
    [limit],
  );
  const alerts = await state.query(
    `select cast(date_trunc('week', told.day) as date) as week, customers.csm_id as owner_id, members.name as owner_name,
       count(*) as alerts
     from (
       select distinct customer_id, definition_id, cast(achieved_at at time zone 'UTC' as date) as day from milestones_detected
     ) as told
     inner join int_customers as customers on told.customer_id = customers.customer_id
     left join stg_team_members as members on customers.csm_id = members.member_id
     group by 1, 2, 3 order by 1, 4 desc, 2`,
  );
  return {
    findings: found.map(({ definition_id, ...row }) => ({
      definition: ids.get(String(definition_id))?.name ?? null,
      ...row,
    })),
    alerts,
    waiting: waiting.map(({ definition, problem, hint }) => ({ name: definition.name, problem, hint })),
  };
}
