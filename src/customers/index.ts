export { fetchCustomerFile } from './customer-file-store.ts';
export type { CustomerFile } from './customer-types.ts';
export { renderCustomersCsv } from './customers-csv.ts';
export {
  CUSTOMER_FILTERS,
  CUSTOMER_ORDERS,
  type CustomerEntry,
  type CustomerFilter,
  type CustomerList,
  type CustomerOrder,
  type CustomerOwner,
  type CustomerQuestion,
  type FilterValue,
  listCustomerOwners,
  listCustomers,
  listFilterValues,
} from './list-customers-store.ts';
