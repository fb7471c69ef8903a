import { addDays } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import {
  buildMeanDifference,
  buildSample,
  buildWilsonInterval,
  type Interval,
  type Sample,
} from '../statistics/index.ts';
import {
  type CountedMilestone,
  fetchCountedMilestones,
  fetchNpsAnswers,
  fetchOwners,
  type NpsAnswer,
} from './report-store.ts';

/** Application state and warehouse: milestones are in one, customers in the other. */
export interface ReportSources {
  readonly state: Engine;
  readonly warehouse: Engine;
}

export interface ReportOptions {
  /** The day looked back from, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** First day of detection that counts; the year up to `asOf` when left out. */
  readonly from?: string | undefined;
  /** Priority from which a milestone is significant, 1 to 100. */
  readonly minimumPriority?: number | undefined;
}

/** How many of some milestones were celebrated within 30 days of being detected. */
export interface CelebratedShare {
  /** Milestones that count: celebrated in time, or their 30 days are over. */
  readonly n: number;
  readonly celebrated: number;
  /** 0 to 1; null when none counts. */
  readonly share: number | null;
  readonly interval: Interval | null;
  /** Celebrated after their 30 days; not part of `celebrated`. */
  readonly late: number;
  /** Skipped with a reason and so not celebrated; part of `n` when their 30 days are over. */
  readonly skipped: number;
  /** Not celebrated and their 30 days not over; in no other number. */
  readonly stillOpen: number;
  /** The same share of those alone whose 30 days are over: without the head start of the early ones. */
  readonly matured: { readonly n: number; readonly celebrated: number; readonly share: number | null };
}

export interface ShareRow extends CelebratedShare {
  /** Milestone type, or id of the owner; null for customers without an owner. */
  readonly key: string | null;
  readonly label: string;
}

/** NPS answers around the first celebration of each customer. */
export interface Sentiment {
  readonly customers: number;
  readonly before: Sample;
  readonly after: Sample;
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly verdict: 'better' | 'worse' | 'no clear difference' | 'too few to tell';
}

export interface CelebrationReport extends CelebratedShare {
  readonly asOf: string;
  readonly from: string;
  readonly minimumPriority: number;
  readonly goal: number;
  /** `reached` and `missed` only with 5 milestones or more, and the whole interval on one side of the goal. */
  readonly verdict: 'reached' | 'missed' | 'too early to say';
  readonly byType: readonly ShareRow[];
  readonly byOwner: readonly ShareRow[];
  readonly sentiment: Sentiment;
}

const GOAL = 0.8;
const DAY = 86_400_000;
const DAYS_TO_CELEBRATE = 30;
const DAYS_OF_SENTIMENT = 90;
const FEWEST_ANSWERS = 5;
const FEWEST_MILESTONES = 5;
const SIGNIFICANT = 50;

interface Outcome {
  readonly milestone: CountedMilestone;
  readonly isOver: boolean;
  readonly isInTime: boolean;
}

function buildOutcome(milestone: CountedMilestone, asOf: string): Outcome {
  const deadline = Date.parse(milestone.detectedAt) + DAYS_TO_CELEBRATE * DAY;
  const isInTime = milestone.celebratedAt !== null && Date.parse(milestone.celebratedAt) <= deadline;
  return { milestone, isInTime, isOver: deadline < Date.parse(asOf) + DAY };
}

function countWhere(outcomes: readonly Outcome[], test: (outcome: Outcome) => boolean): number {
  return outcomes.filter(test).length;
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function buildShare(outcomes: readonly Outcome[]): CelebratedShare {
  const n = countWhere(outcomes, ({ isOver, isInTime }) => isOver || isInTime);
  const celebrated = countWhere(outcomes, ({ isInTime }) => isInTime);
  const over = countWhere(outcomes, ({ isOver }) => isOver);
  const overInTime = countWhere(outcomes, ({ isOver, isInTime }) => isOver && isInTime);
  return {
    n,
    celebrated,
    share: divide(celebrated, n),
    interval: buildWilsonInterval(celebrated, n),
    late: countWhere(outcomes, ({ isInTime, milestone }) => !isInTime && milestone.celebratedAt !== null),
    skipped: countWhere(outcomes, ({ milestone }) => milestone.isSkipped),
    stillOpen: outcomes.length - n,
    matured: { n: over, celebrated: overInTime, share: divide(overInTime, over) },
  };
}

interface Group {
  readonly key: string | null;
  readonly label: string;
}

function buildRows(outcomes: readonly Outcome[], group: (outcome: Outcome) => Group): readonly ShareRow[] {
  const groups = new Map<string | null, { readonly group: Group; readonly outcomes: Outcome[] }>();
  for (const outcome of outcomes) {
    const found = group(outcome);
    const entry = groups.get(found.key) ?? { group: found, outcomes: [] };
    entry.outcomes.push(outcome);
    groups.set(found.key, entry);
  }
  return [...groups.values()]
    .map((entry) => ({ ...entry.group, ...buildShare(entry.outcomes) }))
    .sort((one, other) => (one.label < other.label ? -1 : 1));
}

/** The first celebration of each customer: so no answer counts both after one and before another. */
function listFirstCelebrations(milestones: readonly CountedMilestone[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { customerId, celebratedAt } of milestones) {
    if (celebratedAt === null) continue;
    const at = Date.parse(celebratedAt);
    first.set(customerId, Math.min(at, first.get(customerId) ?? at));
  }
  return first;
}

function judgeSentiment({ low, high }: Interval): Sentiment['verdict'] {
  // A few answers that are all alike have an interval without width, which says nothing of the next answer.
  if (low === high) return 'too few to tell';
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'no clear difference';
}

function buildSentiment(first: ReadonlyMap<string, number>, answers: readonly NpsAnswer[]): Sentiment {
  const scores = { before: [] as number[], after: [] as number[] };
  for (const { customerId, answeredAt, score } of answers) {
    const celebrated = first.get(customerId);
    if (celebrated === undefined) continue;
    const distance = Date.parse(answeredAt) - celebrated;
    if (distance < 0 && distance >= -DAYS_OF_SENTIMENT * DAY) scores.before.push(score);
    if (distance > 0 && distance <= DAYS_OF_SENTIMENT * DAY) scores.after.push(score);
  }
  const [before, after] = [buildSample(scores.before), buildSample(scores.after)];
  const isEnough = before.n >= FEWEST_ANSWERS && after.n >= FEWEST_ANSWERS;
  const found = isEnough ? buildMeanDifference(scores.before, scores.after) : null;
  const base = { customers: first.size, before, after };
  if (found === null) return { ...base, difference: null, interval: null, verdict: 'too few to tell' };
  const { difference, ...interval } = found;
  return { ...base, difference, interval, verdict: judgeSentiment(interval) };
}

function judgeGoal({ n, interval }: CelebratedShare): CelebrationReport['verdict'] {
  if (interval === null || n < FEWEST_MILESTONES) return 'too early to say';
  if (interval.low >= GOAL) return 'reached';
  return interval.high < GOAL ? 'missed' : 'too early to say';
}

/**
 * How many significant milestones were celebrated within 30 days of being detected, by type and owner, and what customers
 * answered to NPS questions in the 90 days before and after. Significant: new when it was found, not revoked, of a priority of
 * 50 or more.
 *
 * @example
 * const { share, interval, stillOpen } = await fetchCelebrationReport({ state, warehouse }, { asOf: '2026-03-14' });
 */
export async function fetchCelebrationReport(
  { state, warehouse }: ReportSources,
  { asOf, from = addDays(asOf, -364), minimumPriority = SIGNIFICANT }: ReportOptions,
): Promise<CelebrationReport> {
  const milestones = await fetchCountedMilestones(state, { asOf, from, minimumPriority });
  const owners = await fetchOwners(warehouse);
  const answers = await fetchNpsAnswers(warehouse, { from: addDays(from, -DAYS_OF_SENTIMENT - 1), asOf });
  const outcomes = milestones.map((milestone) => buildOutcome(milestone, asOf));
  const whole = buildShare(outcomes);
  return {
    asOf,
    from,
    minimumPriority,
    goal: GOAL,
    ...whole,
    verdict: judgeGoal(whole),
    byType: buildRows(outcomes, ({ milestone: { type } }) => ({ key: type, label: type })),
    byOwner: buildRows(outcomes, ({ milestone }) => {
      const owner = owners.get(milestone.customerId);
      return owner === undefined ? { key: null, label: 'nobody' } : { key: owner.id, label: owner.name };
    }),
    sentiment: buildSentiment(listFirstCelebrations(milestones), answers),
  };
}
