import { TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Lifetimes } from '../statistics/index.ts';
import { buildHazards, type HazardReport } from './survival-cox.ts';
import { buildGroups, type GroupReport } from './survival-groups.ts';
import { fetchSurvivalData, type SurvivalColumn, type SurvivalData } from './survival-store.ts';

export interface SurvivalRequest {
  /** A column of `customer_survival` to compare customers by; all together when left out. */
  readonly by?: string | undefined;
  /** Columns for Cox's model; `true` for the usual ones, no model when left out. */
  readonly cox?: true | readonly string[] | undefined;
  /** Days up to which the mean lifetime is counted; as far as every group was seen, at most 1825, when left out. */
  readonly horizon?: number | undefined;
  /**
   * Only customers that stayed longer than so many days are looked at, from that day on. When left out, as long as it
   * takes until the columns asked for are known.
   */
  readonly landmark?: number | undefined;
}

export interface SurvivalReport extends GroupReport {
  /** The latest reference date, `YYYY-MM-DD`. */
  readonly asOf: string | null;
  readonly by: string | null;
  readonly landmark: number;
  /** Customers that are looked at, and how many of them churned. */
  readonly customers: number;
  readonly churned: number;
  /** Null unless asked for. */
  readonly cox: HazardReport | null;
  /** What has to be known to read the figures rightly. */
  readonly notes: readonly string[];
}

const USUAL_COLUMNS = ['integration_connects_first_30d', 'plan_tier'];

/** Days after signup at which a column is known. Whoever left before never had the time to reach a high value. */
const KNOWN_AFTER: Readonly<Record<string, number>> = {
  integration_connects_first_30d: 30,
  integration_bucket: 30,
};

/** Columns as they were at the end of each lifetime. */
const FROM_THE_END = [
  'retention_signal_count',
  'events_last_30d',
  'avg_adoption_score',
  'high_priority_tickets',
];

function selectAfter(data: SurvivalData, landmark: number): SurvivalData {
  if (landmark === 0) return data;
  const places = [...data.days.keys()].filter((place) => (data.days[place] ?? 0) > landmark);
  const pick = <T>(values: readonly T[]): T[] => places.map((place) => values[place] as T);
  const columns = [...data.columns.values()].map((column): SurvivalColumn => {
    if (column.kind === 'numbers') return { ...column, values: pick(column.values) };
    return { ...column, values: pick(column.values) };
  });
  return {
    ...data,
    days: pick(data.days),
    churned: pick(data.churned),
    columns: new Map(columns.map((column) => [column.name, column])),
  };
}

function assertAny(data: SurvivalData, landmark: number): void {
  if (data.days.length > 0) return;
  const problem = landmark > 0 ? `no customer stayed longer than ${landmark} days` : 'there are no customers';
  const hint = landmark > 0 ? 'Give a smaller --landmark.' : 'Load customers and build the warehouse.';
  throw new TenureError('SURVIVAL_IMPOSSIBLE', { problem, hint });
}

function listNotes(names: readonly string[], report: GroupReport): readonly string[] {
  const late = names.filter((name) => FROM_THE_END.includes(name));
  const beyond = report.groups.filter(({ restrictedMean }) => !restrictedMean.isObserved).length;
  return [
    ...late.map(
      (name) =>
        `${name} is as it was at the end of each lifetime: it describes who left, and foretells nothing.`,
    ),
    ...(beyond === 0
      ? []
      : [
          `Nobody was seen up to day ${report.horizon} in ${beyond} groups: their mean lifetime is too long.`,
        ]),
  ];
}

/**
 * How long customers stay: survival curves with intervals, a test of whether groups differ, and Cox's model of what makes
 * them leave sooner.
 *
 * @throws TenureError SURVIVAL_IMPOSSIBLE without customers, without the mart or with too few who churned,
 * SURVIVAL_COLUMN_UNKNOWN, FIT_IMPOSSIBLE
 * @example
 * const { groups, logRank } = await fetchSurvival(engine, { by: 'plan_tier', horizon: 730 });
 */
export async function fetchSurvival(engine: Engine, request: SurvivalRequest = {}): Promise<SurvivalReport> {
  const { by, cox, horizon } = request;
  const covariates = cox === true ? USUAL_COLUMNS : (cox ?? []);
  const names = by === undefined ? covariates : [by, ...covariates];
  const landmark = request.landmark ?? Math.max(0, ...names.map((name) => KNOWN_AFTER[name] ?? 0));
  const data = selectAfter(await fetchSurvivalData(engine, names), landmark);
  assertAny(data, landmark);
  const lifetimes: Lifetimes = {
    times: Float64Array.from(data.days),
    events: Uint8Array.from(data.churned),
    entries: landmark === 0 ? undefined : new Float64Array(data.days.length).fill(landmark),
  };
  const groups = buildGroups(data, lifetimes, { by, horizon });
  const hazards = cox === undefined ? null : buildHazards(data, lifetimes, covariates);
  return {
    asOf: data.asOf,
    by: by ?? null,
    landmark,
    customers: data.days.length,
    churned: data.churned.reduce((sum, event) => sum + event, 0),
    ...groups,
    cox: hazards,
    notes: [...listNotes([...new Set(names)], groups), ...(hazards?.notes ?? [])],
  };
}
