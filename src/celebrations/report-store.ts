import type { Engine } from '../engines/index.ts';

/** A milestone as the report counts it. */
export interface CountedMilestone {
  readonly customerId: string;
  readonly type: string;
  readonly detectedAt: string;
  readonly celebratedAt: string | null;
  readonly isSkipped: boolean;
}

/** An answer to an NPS question. */
export interface NpsAnswer {
  readonly customerId: string;
  readonly answeredAt: string;
  readonly score: number;
}

/** Which milestones are looked at. */
export interface MilestoneRange {
  /** First and last day of detection, `YYYY-MM-DD`. */
  readonly from: string;
  readonly asOf: string;
  readonly minimumPriority: number;
}

/** What priority a milestone has whose definition is gone: the default of the table. */
const USUAL_PRIORITY = 50;

/**
 * Milestones that were new when they were found, stand, and are important enough. A celebration after the end of as_of
 * has not happened yet.
 */
export async function fetchCountedMilestones(
  state: Engine,
  { from, asOf, minimumPriority }: MilestoneRange,
): Promise<readonly CountedMilestone[]> {
  const rows = await state.query(
    `select
       milestones.customer_id, milestones.milestone_type, milestones.detected_at,
       case
         when milestones.celebrated and cast(milestones.celebrated_at as date) <= cast($2 as date)
           then milestones.celebrated_at
       end as celebrated_at,
       coalesce(celebrations.state = 'skipped' and cast(celebrations.skipped_at as date) <= cast($2 as date), false)
         as is_skipped
     from customer_milestones as milestones
     left join milestone_definitions as definitions on milestones.definition_id = definitions.id
     left join celebrations on milestones.id = celebrations.milestone_id
     where cast(milestones.detected_at as date) between cast($1 as date) and cast($2 as date)
       and not milestones.is_historical
       and milestones.revoked_at is null
       and coalesce(definitions.priority, ${USUAL_PRIORITY}) >= $3
     order by milestones.detected_at, milestones.id`,
    [from, asOf, minimumPriority],
  );
  return rows.map((row) => ({
    customerId: String(row['customer_id']),
    type: String(row['milestone_type']),
    detectedAt: String(row['detected_at']),
    celebratedAt: row['celebrated_at'] === null ? null : String(row['celebrated_at']),
    isSkipped: row['is_skipped'] === true,
  }));
}

/** Every NPS answer of the days given, of customers. */
export async function fetchNpsAnswers(
  warehouse: Engine,
  { from, asOf }: Pick<MilestoneRange, 'from' | 'asOf'>,
): Promise<readonly NpsAnswer[]> {
  const rows = await warehouse.query(
    `select customer_id, responded_at, score
     from stg_survey_responses
     where survey_type = 'nps' and customer_id is not null and score is not null
       and cast(responded_at as date) between cast($1 as date) and cast($2 as date)
     order by responded_at, response_id`,
    [from, asOf],
  );
  return rows.map((row) => ({
    customerId: String(row['customer_id']),
    answeredAt: String(row['responded_at']),
    score: Number(row['score']),
  }));
}

/** Who is in charge of each customer: name and id of the CSM; customers without one are left out. */
export async function fetchOwners(
  warehouse: Engine,
): Promise<ReadonlyMap<string, { readonly id: string; readonly name: string }>> {
  const rows = await warehouse.query(
    'select customer_id, csm_id, coalesce(csm_name, csm_id) as csm_name from int_customer_profiles where csm_id is not null',
  );
  return new Map(
    rows.map((row) => [
      String(row['customer_id']),
      { id: String(row['csm_id']), name: String(row['csm_name']) },
    ]),
  );
}
