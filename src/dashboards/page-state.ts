import { addDays, TenureError } from '../base/index.ts';

/** The ranges a page offers, and how the metrics layer calls them. */
export const RANGES = {
  '30d': { label: 'Last 30 days', range: 'last 30 days', every: 'day', days: 30 },
  '90d': { label: 'Last 90 days', range: 'last 90 days', every: 'day', days: 90 },
  '6m': { label: 'Last 6 months', range: 'last 6 months', every: 'week', days: 182 },
  '12m': { label: 'Last 12 months', range: 'last 12 months', every: 'month', days: 365 },
} as const;

export const COMPARISONS = {
  previous_range: 'the time before',
  previous_year: 'a year before',
  none: 'nothing',
} as const;

export type RangeName = keyof typeof RANGES;
export type ComparisonName = keyof typeof COMPARISONS;

/** What the address of a page says: everything a page depends on but the warehouse. */
export interface PageState {
  readonly range: RangeName;
  readonly compare: ComparisonName;
  /** The day looked at; null for the last one there is. */
  readonly asOf: string | null;
  /** Dimension → values, any of which; dimensions without are not there. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** What a page understands. */
export interface PageForm {
  readonly filters: readonly string[];
  readonly range: RangeName;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOST_VALUES = 50;

function refuse(problem: string): TenureError {
  return new TenureError('PAGE_ADDRESS_INVALID', { problem });
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

function parseChoice<K extends string>(
  text: string | null,
  choices: Readonly<Record<K, unknown>>,
  name: string,
): K | null {
  if (text === null || text === '') return null;
  if (Object.hasOwn(choices, text)) return text as K;
  throw refuse(`${name}=${text} is none of ${Object.keys(choices).join(', ')}`);
}

/**
 * Reads the address of a page. Parameters of other pages are left alone, so that links can carry them along.
 *
 * @throws TenureError PAGE_ADDRESS_INVALID
 *
 * @example
 * parsePageState(new URLSearchParams('range=12m&plan_tier=growth'), { filters: ['plan_tier'], range: '90d' });
 * // { range: '12m', compare: 'previous_range', asOf: null, filters: { plan_tier: ['growth'] } }
 */
export function parsePageState(search: URLSearchParams, form: PageForm): PageState {
  const asOf = search.get('as_of') || null;
  if (asOf !== null && !isDay(asOf)) throw refuse(`as_of=${asOf} is no day such as 2026-03-14`);
  const filters = form.filters.flatMap((name) => {
    const values = [...new Set(search.getAll(name).filter((text) => text !== ''))];
    if (values.length > MOST_VALUES) throw refuse(`${name} has more than ${MOST_VALUES} values`);
    return values.length === 0 ? [] : [[name, values] as const];
  });
  return {
    range: parseChoice(search.get('range'), RANGES, 'range') ?? form.range,
    compare: parseChoice(search.get('compare'), COMPARISONS, 'compare') ?? 'previous_range',
    asOf,
    filters: Object.fromEntries(filters),
  };
}

/**
 * The address of a state, what is usual left out: `?range=12m&plan_tier=growth`, or nothing.
 *
 * @param form the page's; with a range of null nothing is usual, so that the address means the same on every page
 */
export function renderPageState(state: PageState, form: { readonly range: RangeName | null }): string {
  const search = new URLSearchParams();
  if (state.range !== form.range) search.set('range', state.range);
  if (state.compare !== 'previous_range') search.set('compare', state.compare);
  if (state.asOf !== null) search.set('as_of', state.asOf);
  for (const [name, values] of Object.entries(state.filters))
    for (const text of values) search.append(name, text);
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** The same page so many of its ranges later; `last` is the last day there is. */
export function shiftPageState(state: PageState, steps: number, last: string): PageState {
  const asOf = addDays(state.asOf ?? last, steps * RANGES[state.range].days);
  return { ...state, asOf: asOf >= last ? null : asOf };
}
