import type { Engine, Row, Value } from '../engines/index.ts';
import { parseText } from './parse-value.ts';

/** What a case study of a customer could be written from: a row of `case_study_evidence`. Null is unknown. */
export interface Evidence {
  readonly customerId: string;
  readonly customerName: string;
  readonly industry: string | null;
  readonly segment: string | null;
  readonly planTier: string | null;
  readonly csmId: string | null;
  readonly csmName: string | null;
  readonly signupDate: string;
  readonly tenureDays: number;
  readonly healthScore: number | null;
  readonly healthBand: string;
  readonly latestNpsScore: number | null;
  readonly latestNpsOn: string | null;
  readonly isReferenceOk: boolean | null;
  /** USD a month. */
  readonly mrr: number | null;
  readonly firstMrr: number | null;
  readonly mrrGrowthPct: number | null;
  readonly users: number | null;
  readonly apiCalls: number | null;
  readonly hasDocumentedRoi: boolean | null;
  readonly roiGoal: string | null;
  readonly roiUnit: string | null;
  readonly roiBaselineValue: number | null;
  readonly roiTargetValue: number | null;
  readonly roiAchievedValue: number | null;
  readonly roiAchievedOn: string | null;
}

/** A milestone a customer reached. */
export interface ReachedMilestone {
  readonly name: string;
  readonly value: string | null;
  /** `YYYY-MM-DD`, UTC. */
  readonly achievedOn: string;
}

function parseNumber(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function parseFlag(value: Value | undefined): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function parseEvidence(row: Row): Evidence {
  return {
    customerId: String(row['customer_id']),
    customerName: String(row['customer_name']),
    industry: parseText(row['industry']),
    segment: parseText(row['segment']),
    planTier: parseText(row['plan_tier']),
    csmId: parseText(row['csm_id']),
    csmName: parseText(row['csm_name']),
    signupDate: String(row['signup_date']),
    tenureDays: Number(row['tenure_days']),
    healthScore: parseNumber(row['health_score']),
    healthBand: String(row['health_band']),
    latestNpsScore: parseNumber(row['latest_nps_score']),
    latestNpsOn: parseText(row['latest_nps_on']),
    isReferenceOk: parseFlag(row['is_reference_ok']),
    mrr: parseNumber(row['mrr']),
    firstMrr: parseNumber(row['first_mrr']),
    mrrGrowthPct: parseNumber(row['mrr_growth_pct']),
    users: parseNumber(row['users']),
    apiCalls: parseNumber(row['api_calls']),
    hasDocumentedRoi: parseFlag(row['has_documented_roi']),
    roiGoal: parseText(row['roi_goal']),
    roiUnit: parseText(row['roi_unit']),
    roiBaselineValue: parseNumber(row['roi_baseline_value']),
    roiTargetValue: parseNumber(row['roi_target_value']),
    roiAchievedValue: parseNumber(row['roi_achieved_value']),
    roiAchievedOn: parseText(row['roi_achieved_on']),
  };
}

/** The evidence of every customer with a contract. */
export async function fetchEvidence(warehouse: Engine): Promise<readonly Evidence[]> {
  const rows = await warehouse.query('select * from case_study_evidence order by customer_id');
  return rows.map(parseEvidence);
}

/** The milestones of each customer that stand, the first reached first. */
export async function fetchReachedMilestones(
  state: Engine,
): Promise<ReadonlyMap<string, readonly ReachedMilestone[]>> {
  const rows = await state.query(
    `select customer_id, milestone_name, milestone_value, cast(achieved_at as date) as achieved_on
     from customer_milestones
     where revoked_at is null
     order by customer_id, achieved_at, milestone_name, occurrence`,
  );
  const reached = new Map<string, ReachedMilestone[]>();
  for (const row of rows) {
    const customer = String(row['customer_id']);
    const milestones = reached.get(customer) ?? [];
    milestones.push({
      name: String(row['milestone_name']),
      value: parseText(row['milestone_value']),
      achievedOn: String(row['achieved_on']),
    });
    reached.set(customer, milestones);
  }
  return reached;
}
