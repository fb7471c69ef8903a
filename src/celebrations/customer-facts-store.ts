import type { Engine, Row, Value } from '../engines/index.ts';
import type { Recipient } from './celebration-types.ts';
import { parseText } from './parse-value.ts';

/** What celebrating a customer needs to know of it; null is unknown. */
export interface CustomerFacts {
  readonly customerId: string;
  readonly name: string | null;
  readonly contactName: string | null;
  readonly contactEmail: string | null;
  /** Users with the role admin, as a hint whom to ask where no address is on file; users have no address. */
  readonly adminUsers: readonly string[];
  readonly timezone: string | null;
  /** `YYYY-MM-DD`. */
  readonly signupDate: string | null;
  readonly planTier: string | null;
  readonly csmId: string | null;
  readonly csmName: string | null;
  readonly isReferenceOk: boolean | null;
  readonly healthScore: number | null;
  readonly healthBand: string | null;
  /** USD a year. */
  readonly arr: number | null;
}

const IDS_PER_QUERY = 500;
const ADMINS_NAMED = 3;

function parseNumber(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function parseFacts(row: Row, adminUsers: readonly string[]): CustomerFacts {
  const consent = row['is_reference_ok'];
  return {
    customerId: String(row['customer_id']),
    name: parseText(row['name']),
    contactName: parseText(row['contact_name']),
    contactEmail: parseText(row['contact_email']),
    adminUsers,
    timezone: parseText(row['timezone']),
    signupDate: parseText(row['signup_date']),
    planTier: parseText(row['plan_tier']),
    csmId: parseText(row['csm_id']),
    csmName: parseText(row['csm_name']),
    isReferenceOk: typeof consent === 'boolean' ? consent : null,
    healthScore: parseNumber(row['customer_health_score']),
    healthBand: parseText(row['health_band']),
    arr: parseNumber(row['arr']),
  };
}

async function fetchAdmins(
  warehouse: Engine,
  places: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse.query(
    `select customer_id, user_id
     from (
       select
         customer_id, user_id,
         row_number() over (partition by customer_id order by created_at, user_id) as place
       from stg_users
       where role = 'admin' and deactivated_at is null and customer_id in (${places})
     ) as admins
     where place <= ${ADMINS_NAMED}
     order by customer_id, place`,
    ids,
  );
  const admins = new Map<string, string[]>();
  for (const row of rows) {
    const customer = String(row['customer_id']);
    admins.set(customer, [...(admins.get(customer) ?? []), String(row['user_id'])]);
  }
  return admins;
}

async function fetchSome(warehouse: Engine, ids: readonly string[]): Promise<readonly CustomerFacts[]> {
  const places = ids.map((_, index) => `$${index + 1}`).join(', ');
  const admins = await fetchAdmins(warehouse, places, ids);
  const rows = await warehouse.query(
    `select
       contacts.customer_id, contacts.name, contacts.contact_name, contacts.contact_email, contacts.timezone,
       contacts.signup_date, contacts.is_reference_ok, customers.plan_tier, profiles.csm_id, profiles.csm_name,
       health.customer_health_score, health.health_band,
       case when customers.is_active then 12 * customers.mrr end as arr
     from stg_customers as contacts
     left join int_customers as customers on contacts.customer_id = customers.customer_id
     left join int_customer_profiles as profiles on contacts.customer_id = profiles.customer_id
     left join customer_health_changes as health on contacts.customer_id = health.customer_id
     where contacts.customer_id in (${places})`,
    ids,
  );
  return rows.map((row) => parseFacts(row, admins.get(String(row['customer_id'])) ?? []));
}

/** What the warehouse knows of customers, by their id; who is not in it is left out. */
export async function fetchCustomerFacts(
  warehouse: Engine,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, CustomerFacts>> {
  const ids = [...new Set(customerIds)];
  const found = new Map<string, CustomerFacts>();
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
    const some = await fetchSome(warehouse, ids.slice(from, from + IDS_PER_QUERY));
    for (const facts of some) found.set(facts.customerId, facts);
  }
  return found;
}

/** To whom a message of a customer goes: the contact on its record. An address is never guessed. */
export function buildRecipient({ contactName, contactEmail }: CustomerFacts): Recipient {
  return { name: contactName, address: contactEmail };
}

/** Whom to ask for an address where none is on file. */
export function renderAddressHint(adminUsers: readonly string[]): string {
  if (adminUsers.length === 0) return 'No admin user of theirs is known either.';
  return `Their admins in the product, who may know: ${adminUsers.join(', ')}.`;
}
