import {
  CUSTOMER_FILTERS,
  CUSTOMER_ORDERS,
  type CustomerFilter,
  type CustomerOrder,
  type CustomerQuestion,
} from '../app/index.ts';
import { parsePage } from './paging.tsx';

/** Customers on a page of the list. */
export const CUSTOMERS_PER_PAGE = 50;

/** What the address of the list says: whom to show, in which order, and which page of them. */
export interface CustomerAddress {
  readonly q: string;
  readonly filters: Readonly<Partial<Record<CustomerFilter, readonly string[]>>>;
  readonly order: CustomerOrder;
  readonly isDescending: boolean;
  readonly hasEnded: boolean;
  /** From 1. */
  readonly page: number;
}

const FIRST_ORDER = 'mrr_at_risk';

function isDescendingFirst(order: CustomerOrder): boolean {
  return order !== 'name';
}

/** Reads an address; what it cannot mean is as if it were not there. */
export function parseCustomerAddress(query: URLSearchParams): CustomerAddress {
  const order = CUSTOMER_ORDERS.find((known) => known === query.get('order')) ?? FIRST_ORDER;
  const direction = query.get('direction');
  const filters = CUSTOMER_FILTERS.map((filter) => [
    filter,
    query.getAll(filter).filter((value) => value !== ''),
  ]);
  return {
    q: query.get('q') ?? '',
    filters: Object.fromEntries(filters.filter(([, values]) => values?.length !== 0)),
    order,
    isDescending: direction === null ? isDescendingFirst(order) : direction === 'desc',
    hasEnded: query.get('ended') === '1',
    page: parsePage(query.get('page')),
  };
}

/**
 * The query string of an address, `?` and all; empty for the plain list. What else the frame carries stays in it.
 *
 * @example
 * renderCustomerAddress({ ...address, page: 2 }, frame.carried); // '?plan_tier=growth&page=2'
 */
export function renderCustomerAddress(address: CustomerAddress, carried: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of listOthers(carried)) query.append(name, value);
  if (address.q !== '') query.set('q', address.q);
  for (const filter of CUSTOMER_FILTERS)
    for (const value of address.filters[filter] ?? []) query.append(filter, value);
  if (address.hasEnded) query.set('ended', '1');
  if (address.order !== FIRST_ORDER) query.set('order', address.order);
  if (address.isDescending !== isDescendingFirst(address.order))
    query.set('direction', address.isDescending ? 'desc' : 'asc');
  if (address.page !== 1) query.set('page', String(address.page));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

const OWN: ReadonlySet<string> = new Set([...CUSTOMER_FILTERS, 'q', 'ended', 'order', 'direction', 'page']);

/** What the frame carries from page to page and the list does not know. */
export function listOthers(carried: string): readonly (readonly [name: string, value: string])[] {
  return [...new URLSearchParams(carried)].filter(([name]) => !OWN.has(name));
}

/** What the library is asked for an address. */
export function buildCustomerQuestion(address: CustomerAddress): CustomerQuestion {
  const { q, filters, order, isDescending, hasEnded, page } = address;
  const offset = (page - 1) * CUSTOMERS_PER_PAGE;
  return { q, filters, order, isDescending, hasEnded, limit: CUSTOMERS_PER_PAGE, offset };
}
