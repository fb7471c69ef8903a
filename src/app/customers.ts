import type { RecordedFiring } from '../alerts/index.ts';
import type { Celebration } from '../celebrations/index.ts';
import {
  type CustomerFile,
  type CustomerList,
  type CustomerOwner,
  type CustomerQuestion,
  type FilterValue,
  fetchCustomerFile,
  listCustomerOwners,
  listCustomers,
  listFilterValues,
  renderCustomersCsv,
} from '../customers/index.ts';
import type { Row } from '../engines/index.ts';
import { listAlertFirings } from './alerts.ts';
import { listMilestoneCelebrations } from './celebrate.ts';
import type { TenureContext } from './context.ts';
import { fetchUpcomingMilestones, listWorkspaceMilestones } from './milestones.ts';
import { readWarehouse } from './query.ts';

/** Everything there is on one customer: what the warehouse says, and what the workspace noticed and did. */
export interface Customer360 extends CustomerFile {
  /** Reached, the newest first; columns as in `tenure.milestones.list`. */
  readonly milestones: readonly Row[];
  /** How those are celebrated of which something was begun. */
  readonly celebrations: readonly Celebration[];
  /** Expected in the next 90 days; columns as in `tenure.milestones.upcoming`. */
  readonly upcoming: readonly Row[];
  /** The latest first. */
  readonly alerts: readonly RecordedFiring[];
}

/** Customers, one by one and all of them. */
export interface CustomerVerbs {
  /**
   * Customers on the day the warehouse was built for.
   *
   * @throws TenureError WAREHOUSE_MISSING
   *
   * @example
   * const { rows, total } = await tenure.customers.list({ q: 'acme', filters: { health_band: ['At Risk', 'Critical'] } });
   */
  list(question?: CustomerQuestion): Promise<CustomerList>;
  /** All of them that are asked for, as CSV; `limit` and `offset` have no meaning. */
  export(question?: CustomerQuestion): Promise<string>;
  /** The values every filter can have. */
  filters(): Promise<readonly FilterValue[]>;
  /** Who looks after customers, by name. */
  owners(): Promise<readonly CustomerOwner[]>;
  /**
   * Everything there is on one customer.
   *
   * @throws TenureError CUSTOMER_UNKNOWN, WAREHOUSE_MISSING
   *
   * @example
   * const { figures, actions } = await tenure.customers.show('87138866-9b87-48cf-9742-104015332191');
   * figures?.customerHealthScore; // 53.37…
   */
  show(customerId: string): Promise<Customer360>;
}

const MOST_MILESTONES = 200;
const MOST_ALERTS = 20;
const EVERYBODY = 1_000_000;

async function fetchCustomer360(context: TenureContext, customerId: string): Promise<Customer360> {
  const file = await readWarehouse(context, (engine) => fetchCustomerFile(engine, customerId));
  const milestones = await listWorkspaceMilestones(context, { customerId, limit: MOST_MILESTONES });
  const [celebrations, upcoming, alerts] = await Promise.all([
    listMilestoneCelebrations(
      context,
      milestones.map((row) => String(row['id'])),
    ),
    fetchUpcomingMilestones(context),
    listAlertFirings(context, { entityKind: 'customer', entityId: customerId, limit: MOST_ALERTS }),
  ]);
  const own = upcoming.rows.filter((row) => row['customer_id'] === customerId);
  return { ...file, milestones, celebrations, upcoming: own, alerts };
}

export function buildCustomerVerbs(context: TenureContext): CustomerVerbs {
  const list = (question?: CustomerQuestion) =>
    readWarehouse(context, (engine) => listCustomers(engine, question));
  return Object.freeze({
    list,
    export: async (question?: CustomerQuestion) =>
      renderCustomersCsv((await list({ ...question, limit: EVERYBODY, offset: 0 })).rows),
    filters: () => readWarehouse(context, listFilterValues),
    owners: () => readWarehouse(context, listCustomerOwners),
    show: (customerId: string) => fetchCustomer360(context, customerId),
  });
}
