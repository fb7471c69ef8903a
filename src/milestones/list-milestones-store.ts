import type { Engine, Row, Value } from '../engines/index.ts';

/** Which milestones are wanted; all of them, newest first, unless said. */
export interface MilestoneFilter {
  readonly customerId?: string | undefined;
  /** A definition's type. */
  readonly type?: string | undefined;
  /** Achieved on this UTC day or later, `YYYY-MM-DD`. */
  readonly since?: string | undefined;
  /** The customer success manager. */
  readonly ownerId?: string | undefined;
  /** True for those that were revoked, too. */
  readonly hasRevoked?: boolean | undefined;
  /** 100 unless given. */
  readonly limit?: number | undefined;
}

/**
 * The milestones of customers with name and owner as the warehouse has them now. The engine sees its models by their bare
 * names.
 *
 * @returns rows of id, customer_id, customer_name, owner_id, owner_name, timezone, milestone_type, milestone_name, milestone_value,
 *   achieved_at, achieved_precision, detected_at, is_historical, celebrated, celebrated_at, celebration_type, revoked_at,
 *   revoked_reason
 */
export async function listMilestones(engine: Engine, filter: MilestoneFilter = {}): Promise<readonly Row[]> {
  const parameters: Value[] = [];
  const conditions: string[] = [];
  const add = (condition: string, value: Value | undefined) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition.replace('?', `$${parameters.length}`));
  };
  add('milestones.customer_id = ?', filter.customerId);
  add('milestones.milestone_type = ?', filter.type);
  add(
    'milestones.achieved_at >= cast(? as timestamptz)',
    filter.since === undefined ? undefined : `${filter.since}T00:00:00Z`,
  );
  add('customers.csm_id = ?', filter.ownerId);
  if (filter.hasRevoked !== true) conditions.push('milestones.revoked_at is null');
  parameters.push(filter.limit ?? 100);
  return engine.query(
    `select
       milestones.id, milestones.customer_id, customers.name as customer_name, customers.csm_id as owner_id,
       members.name as owner_name, customers.timezone, milestones.milestone_type, milestones.milestone_name, milestones.milestone_value,
       milestones.achieved_at, milestones.achieved_precision, milestones.detected_at, milestones.is_historical,
       milestones.celebrated, milestones.celebrated_at, milestones.celebration_type, milestones.revoked_at,
       milestones.revoked_reason
     from customer_milestones as milestones
     left join int_customers as customers on milestones.customer_id = customers.customer_id
     left join stg_team_members as members on customers.csm_id = members.member_id
     ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
     order by milestones.achieved_at desc, milestones.id
     limit $${parameters.length}`,
    parameters,
  );
}
