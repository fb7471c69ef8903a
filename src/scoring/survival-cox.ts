import { TenureError } from '../base/index.ts';
import {
  type ChiSquareTest,
  type CoxTerm,
  checkProportionalHazards,
  type Frame,
  fitCox,
  type Lifetimes,
  type ProportionalityTest,
} from '../statistics/index.ts';
import type { SurvivalColumn, SurvivalData } from './survival-store.ts';

/** What one more of a number, or one value of a text against another, does to the chance to churn on any day. */
export interface HazardTerm extends CoxTerm {
  readonly column: string;
  /** Null for a number. */
  readonly value: string | null;
  /** The value it is compared with, the most frequent; null for a number. */
  readonly reference: string | null;
  /** Whether the effect changes with the days; null where that cannot be checked. */
  readonly proportionality: ProportionalityTest | null;
}

export interface HazardReport {
  readonly customers: number;
  readonly churned: number;
  readonly terms: readonly HazardTerm[];
  /** That none of the columns matters. */
  readonly likelihoodRatio: ChiSquareTest;
  /** Harrell's C on the same customers: .5 is chance, 1 the right order. */
  readonly concordance: number | null;
  /** That no effect changes with the days. */
  readonly proportionality: ChiSquareTest | null;
  readonly notes: readonly string[];
}

/** With fewer churned customers no model is made. */
const LEAST_CHURNED = 10;
/** Events per term below which coefficients are known to be unsafe: Peduzzi, P. et al. (1995), J. Clin. Epidemiol. 48. */
const SAFE_PER_TERM = 10;
/** With fewer churned customers a value of a text is not compared. */
const LEAST_OF_VALUE = 5;

interface Term {
  readonly name: string;
  readonly column: string;
  readonly value: string | null;
  readonly reference: string | null;
  readonly numbers: Float64Array;
}

/** The terms of the columns, over the customers that are kept. */
interface Plan {
  readonly places: readonly number[];
  readonly terms: readonly Term[];
  readonly notes: readonly string[];
}

function refuse(problem: string, hint: string): never {
  throw new TenureError('SURVIVAL_IMPOSSIBLE', { problem, hint });
}

function countChurned(places: readonly number[], events: Uint8Array): number {
  return places.reduce((sum, place) => sum + (events[place] as number), 0);
}

/** Leaves out customers without a value, and those of values that too few churned with. */
function keepUsable(column: SurvivalColumn, places: readonly number[], events: Uint8Array) {
  const known = places.filter((place) => column.values[place] !== null);
  if (known.length === 0)
    refuse(
      `${column.name} has no values`,
      'Leave it out; the table metric_availability says which sources are missing.',
    );
  const missing = places.length - known.length;
  const notes =
    missing === 0 ? [] : [`${missing} customers without ${column.name} are left out of Cox's model.`];
  if (column.kind === 'numbers') return { places: known, notes };
  const churned = new Map<string | null, number>();
  for (const place of known) {
    const value = column.values[place] ?? null;
    churned.set(value, (churned.get(value) ?? 0) + (events[place] as number));
  }
  const rare = [...churned].filter(([, count]) => count < LEAST_OF_VALUE).map(([value]) => value);
  const names = rare.map((value) => `${column.name} ${value}`).sort();
  return {
    places: known.filter((place) => !rare.includes(column.values[place] ?? null)),
    notes: [
      ...notes,
      ...names.map((name) => `${name}: fewer than ${LEAST_OF_VALUE} churned, left out of Cox's model.`),
    ],
  };
}

/** The values of a text with how many customers have each, the most frequent first. */
function listValues(column: SurvivalColumn, places: readonly number[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const place of places) {
    const value = String(column.values[place]);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1))
    .map(([value]) => value);
}

function listTerms(column: SurvivalColumn, places: readonly number[]): readonly Term[] {
  const { name } = column;
  if (column.kind === 'numbers') {
    const numbers = Float64Array.from(places, (place) => column.values[place] as number);
    return [{ name, column: name, value: null, reference: null, numbers }];
  }
  const [reference = '', ...others] = listValues(column, places);
  return others.map((value) => ({
    name: `${name} ${value}`,
    column: name,
    value,
    reference,
    numbers: Float64Array.from(places, (place) => Number(column.values[place] === value)),
  }));
}

function planTerms(columns: readonly SurvivalColumn[], events: Uint8Array): Plan {
  const notes: string[] = [];
  let places: readonly number[] = [...events.keys()];
  for (const column of columns) {
    const kept = keepUsable(column, places, events);
    places = kept.places;
    notes.push(...kept.notes);
  }
  const all = columns.flatMap((column) => {
    const terms = listTerms(column, places).filter(({ numbers }) =>
      numbers.some((value) => value !== numbers[0]),
    );
    if (terms.length === 0) notes.push(`${column.name} is the same for all: it is no part of Cox's model.`);
    return terms;
  });
  return { places, terms: all, notes };
}

function assertEnough(plan: Plan, churned: number): void {
  const hint = 'Wait for more of them, or look at the curves without --cox.';
  if (churned < LEAST_CHURNED)
    refuse(`Cox's model needs ${LEAST_CHURNED} churned customers, and there are ${churned}`, hint);
  if (plan.terms.length === 0)
    refuse('no column is left to compare customers by', 'Name others after --cox.');
}

/**
 * Cox's model of the columns, with the check of its assumption.
 *
 * @param names columns of `data`
 * @throws TenureError SURVIVAL_IMPOSSIBLE with fewer than 10 churned customers or without a usable column;
 * FIT_IMPOSSIBLE when columns depend on each other
 */
export function buildHazards(
  data: SurvivalData,
  lifetimes: Lifetimes,
  names: readonly string[],
): HazardReport {
  const columns = names.map((name) => data.columns.get(name)).filter((column) => column !== undefined);
  const plan = planTerms(columns, lifetimes.events);
  const churned = countChurned(plan.places, lifetimes.events);
  assertEnough(plan, churned);
  const { terms, places } = plan;
  const frame: Frame = {
    names: terms.map(({ name }) => name),
    columns: terms.map(({ numbers }) => numbers),
    rows: places.length,
  };
  const { times, events, entries } = lifetimes;
  const kept = {
    times: Float64Array.from(places, (place) => times[place] as number),
    events: Uint8Array.from(places, (place) => events[place] as number),
    entries: entries && Float64Array.from(places, (place) => entries[place] as number),
  };
  const model = fitCox(frame, kept);
  const check = checkProportionalHazards(frame, kept, model);
  const few = churned < SAFE_PER_TERM * terms.length;
  return {
    customers: model.rows,
    churned,
    terms: model.terms.map((term, place) => ({
      ...term,
      column: terms[place]?.column ?? term.name,
      value: terms[place]?.value ?? null,
      reference: terms[place]?.reference ?? null,
      proportionality: check?.terms[place] ?? null,
    })),
    likelihoodRatio: model.likelihoodRatio,
    concordance: model.concordance,
    proportionality: check?.all ?? null,
    notes: few
      ? [
          ...plan.notes,
          `${churned} churned for ${terms.length} terms: fewer than ${SAFE_PER_TERM} each is unsafe.`,
        ]
      : plan.notes,
  };
}
