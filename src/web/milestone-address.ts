import { parsePage } from './paging.tsx';

/** What the address of a list of milestones says. */
export interface MilestoneAddress {
  /** The id of the owner whose customers are shown; null for everybody's. */
  readonly owner: string | null;
  /** The page of the milestones, from 1. */
  readonly page: number;
  /** The page of what is told, from 1. */
  readonly told: number;
}

/** Reads the pages out of an address; whose customers are shown depends on who looks, too. */
export function parseMilestonePages(query: URLSearchParams): Omit<MilestoneAddress, 'owner'> {
  return { page: parsePage(query.get('page')), told: parsePage(query.get('told')) };
}

/**
 * The query string of an address. It names the owner in any case: whoever follows the link sees the same list.
 *
 * @example
 * renderMilestoneAddress({ owner: 'm-7', page: 2, told: 1 }, ''); // '?owner=m-7&page=2'
 */
export function renderMilestoneAddress({ owner, page, told }: MilestoneAddress, carried: string): string {
  const query = new URLSearchParams(carried);
  query.set('owner', owner ?? '');
  if (page !== 1) query.set('page', String(page));
  if (told !== 1) query.set('told', String(told));
  return `?${query}`;
}
