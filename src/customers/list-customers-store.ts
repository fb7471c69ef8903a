import type { Engine, Value } from '../engines/index.ts';
import { parseRecords } from './records.ts';

/** What customers can be narrowed down by. */
export const CUSTOMER_FILTERS = [
  'plan_tier',
  'segment',
  'industry',
  'csm_name',
  'health_band',
  'churn_tier',
] as const;

export type CustomerFilter = (typeof CUSTOMER_FILTERS)[number];

/** What each order sorts by. */
const ORDERS = {
  name: 'lower(customer_name)',
  mrr: 'mrr',
  health: 'health_score',
  churn: 'churn_risk_score',
  mrr_at_risk: 'mrr_at_risk',
} as const;

export type CustomerOrder = keyof typeof ORDERS;

export const CUSTOMER_ORDERS = Object.keys(ORDERS) as readonly CustomerOrder[];

/** Which customers are wanted. */
export interface CustomerQuestion {
  /** A part of the name, or of the id; upper and lower case are the same. */
  readonly q?: string | undefined;
  /** Several values of one filter are alternatives. */
  readonly filters?: Readonly<Partial<Record<CustomerFilter, readonly string[]>>> | undefined;
  /** `mrr_at_risk` unless given. */
  readonly order?: CustomerOrder | undefined;
  /** From the greatest on; unless given, false for names, true for figures. What is unknown comes last. */
  readonly isDescending?: boolean | undefined;
  /** True for those without a contract on the day, too. */
  readonly hasEnded?: boolean | undefined;
  /** 50 unless given. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** A customer in the list, on the day the warehouse was built for. Null is unknown, or has no contract. */
export interface CustomerEntry {
  readonly customerId: string;
  readonly customerName: string;
  readonly planTier: string | null;
  readonly segment: string | null;
  readonly industry: string | null;
  readonly csmId: string | null;
  readonly csmName: string | null;
  readonly signupDate: string | null;
  /** False where it has no contract. */
  readonly isActive: boolean;
  /** USD a month. */
  readonly mrr: number | null;
  /** 0 to 100. */
  readonly healthScore: number | null;
  readonly healthBand: string | null;
  /** Score less that of 30 days before, in points. */
  readonly healthTrend30d: number | null;
  /** Probability of churn, 0 to 100. */
  readonly churnRiskScore: number | null;
  readonly churnTier: string | null;
  /** USD a month. */
  readonly mrrAtRisk: number | null;
  /** When the contract ends unless it is renewed, `YYYY-MM-DD`. */
  readonly renewsOn: string | null;
}

/** A value a filter can have, and how many customers with a contract have it. */
export interface FilterValue {
  readonly filter: CustomerFilter;
  readonly value: string;
  readonly customers: number;
}

/** Somebody who looks after customers. */
export interface CustomerOwner {
  readonly id: string;
  /** The id where no name is on record. */
  readonly name: string;
}

export interface CustomerList {
  /** The day the warehouse was built for, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly rows: readonly CustomerEntry[];
  /** How many there are, of whatever page, and what they pay and may stop paying, USD a month. */
  readonly total: number;
  readonly mrr: number | null;
  readonly mrrAtRisk: number | null;
}

const CUSTOMERS = `customers as (
  select
    known.customer_id, coalesce(known.name, known.customer_id) as customer_name,
    coalesce(success.plan_tier, known.plan_tier) as plan_tier, profiles.segment, profiles.industry, profiles.csm_id,
    profiles.csm_name, known.signup_date, cast(success.customer_id is not null as boolean) as is_active,
    cast(success.current_mrr as double precision) as mrr, success.customer_health_score as health_score,
    success.health_band, success.health_trend_30d, success.churn_risk_score, success.churn_tier, success.mrr_at_risk,
    commitments.next_term_end as renews_on
  from int_customers as known
  inner join int_customer_profiles as profiles on known.customer_id = profiles.customer_id
  left join (
    select int_customer_success_days.* from int_customer_success_days
    inner join int_days as days on int_customer_success_days.metric_date = days.metric_date and days.is_latest
  ) as success on known.customer_id = success.customer_id
  left join int_customer_commitments as commitments on known.customer_id = commitments.customer_id
)`;

interface Conditions {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

function buildConditions({ q = '', filters = {}, hasEnded = false }: CustomerQuestion): Conditions {
  const parameters: Value[] = [];
  const place = (value: Value) => `cast($${parameters.push(value)} as text)`;
  const conditions = hasEnded ? ['true'] : ['is_active'];
  const part = q.trim();
  if (part !== '') {
    const searched = `lower(${place(part)})`;
    conditions.push(
      `(position(${searched} in lower(customer_name)) > 0 or position(${searched} in lower(customer_id)) > 0)`,
    );
  }
  for (const filter of CUSTOMER_FILTERS) {
    const values = filters[filter] ?? [];
    if (values.length > 0) conditions.push(`${filter} in (${values.map(place).join(', ')})`);
  }
  return { sql: conditions.join(' and '), parameters };
}

const LIMIT = 50;

/** The customers asked for, on the day the warehouse was built for, with how many there are in all. */
export async function listCustomers(engine: Engine, question: CustomerQuestion = {}): Promise<CustomerList> {
  const { order = 'mrr_at_risk', limit = LIMIT, offset = 0 } = question;
  const { isDescending = order !== 'name' } = question;
  const { sql: condition, parameters } = buildConditions(question);
  const [whole] = await engine.query(
    `with ${CUSTOMERS}
     select
       (select max(metric_date) from int_days where is_latest) as as_of,
       count(*) as total, sum(mrr) as mrr, sum(mrr_at_risk) as mrr_at_risk
     from customers where ${condition}`,
    parameters,
  );
  const places = [parameters.length + 1, parameters.length + 2].map((place) => `cast($${place} as bigint)`);
  const rows = await engine.query(
    `with ${CUSTOMERS}
     select * from customers where ${condition}
     order by ${ORDERS[order]} ${isDescending ? 'desc' : 'asc'} nulls last, customer_name, customer_id
     limit ${places[0]} offset ${places[1]}`,
    [...parameters, limit, offset],
  );
  const [sums] = parseRecords<Omit<CustomerList, 'rows'>>(whole === undefined ? [] : [whole]);
  const { asOf = '', total = 0, mrr = null, mrrAtRisk = null } = sums ?? {};
  return { asOf, rows: parseRecords<CustomerEntry>(rows), total: Number(total), mrr, mrrAtRisk };
}

/** The values every filter can have, by filter and value. */
export async function listFilterValues(engine: Engine): Promise<readonly FilterValue[]> {
  const parts = CUSTOMER_FILTERS.map(
    (filter, place) =>
      `select ${place} as place, '${filter}' as filter, ${filter} as value, count(*) as customers
       from customers where is_active and ${filter} is not null group by ${filter}`,
  );
  const rows = await engine.query(
    `with ${CUSTOMERS} select filter, value, customers from (${parts.join(' union all ')}) as counted order by place, value`,
  );
  return parseRecords<FilterValue>(rows);
}

/** Who looks after customers with a contract, by name. */
export async function listCustomerOwners(engine: Engine): Promise<readonly CustomerOwner[]> {
  const rows = await engine.query(
    `select distinct profiles.csm_id as id, coalesce(profiles.csm_name, profiles.csm_id) as name
     from int_customer_profiles as profiles
     inner join int_customers as known on profiles.customer_id = known.customer_id and known.is_active
     where profiles.csm_id is not null order by 2, 1`,
  );
  return parseRecords<CustomerOwner>(rows);
}
