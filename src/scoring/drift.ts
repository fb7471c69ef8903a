import { type Frame, measurePsi, type Psi } from '../statistics/index.ts';
import type { Predictor } from './predictors.ts';
import type { ModelInput } from './scoring-model.ts';

/** A figure of a predictor that says in words how it moved. */
interface Move {
  /** `median`, `mean`, `share of missing`, `share of growth`. */
  readonly figure: string;
  /** Null without any value. */
  readonly before: number | null;
  readonly now: number | null;
}

/** How far the values of a predictor are from those that a model was fitted on. */
export interface Drift extends Move {
  readonly predictor: string;
  /** Population stability index; 0 is no difference. */
  readonly psi: number;
  /** What chance alone explains. */
  readonly noise: number;
  /** True where it moves with the calendar by itself: then it raises no alarm. */
  readonly isCalendarBound: boolean;
  /** What to look at; null where there is nothing. */
  readonly alarm: string | null;
}

/** Encoded rows, and whom each is of. */
export interface DriftSample {
  readonly frame: Frame;
  readonly groups: Int32Array;
}

/** What is to be compared: predictors by their inputs. */
export interface DriftPlan {
  readonly predictors: readonly Predictor[];
  readonly inputs: readonly ModelInput[];
}

/**
 * A PSI below this is usually taken for no change worth a look: Siddiqi, N. (2017), Intelligent Credit Scoring, 2nd ed.,
 * Wiley, chapter "Scorecard Monitoring".
 */
const WORTH_A_LOOK = 0.1;
/** Of so many tables of predictors without drift, one has an alarm. */
const TABLES_PER_FALSE_ALARM = 100;
/** Missing values are what moved when their share changed by more than this. */
const MISSING_MOVE = 0.1;

/**
 * How many independent observations rows are worth when rows of one customer say the same: (Σ m)² / Σ m² over the rows m of
 * each customer. Kish, L. (1965), Survey Sampling, Wiley, chapter 8 (the effect of unequal weights).
 */
function measureIndependent(groups: Int32Array): number {
  const counts = new Map<number, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  const squares = [...counts.values()].reduce((total, count) => total + count * count, 0);
  return squares === 0 ? 0 : groups.length ** 2 / squares;
}

/** A level of a category for each row: its place among the inputs, their number for any other, NaN for missing. */
function readLevels(inputs: readonly ModelInput[], { names, columns, rows }: Frame): Float64Array {
  const ofLevels = inputs.map(({ name }) => columns[names.indexOf(name)] as Float64Array);
  return Float64Array.from({ length: rows }, (_, row) => {
    if (Number.isNaN(ofLevels[0]?.[row] ?? Number.NaN)) return Number.NaN;
    const place = ofLevels.findIndex((column) => column[row] === 1);
    return place < 0 ? ofLevels.length : place;
  });
}

function shareOf(values: Float64Array, isCounted: (value: number) => boolean): number {
  return values.length === 0 ? 0 : values.filter(isCounted).length / values.length;
}

function listKnown(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

function findMedian(values: Float64Array): number | null {
  const known = listKnown(values);
  return known[Math.floor((known.length - 1) / 2)] ?? null;
}

function findMean(values: Float64Array): number | null {
  const known = listKnown(values);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0) / known.length;
}

/** The values of a predictor in two samples, with the names of their codes where it is a category. */
interface Values {
  readonly before: Float64Array;
  readonly now: Float64Array;
  readonly levels: readonly string[] | null;
}

/** The share of the level whose share moved most. */
function describeLevels(values: Values, levels: readonly string[]): Move {
  const moves = levels.map((level, code): Move => {
    const [before, now] = [values.before, values.now].map((column) =>
      shareOf(column, (value) => value === code),
    ) as [number, number];
    return { figure: `share of ${level}`, before, now };
  });
  const distance = ({ before, now }: Move): number => Math.abs((now ?? 0) - (before ?? 0));
  // Of two levels the later one: it is true that is told of, not false.
  return moves.reduce((most, other) => (distance(other) >= distance(most) - 1e-12 ? other : most));
}

function describeMove(values: Values): Move {
  const { levels, before, now } = values;
  const missing = {
    figure: 'share of missing',
    before: shareOf(before, Number.isNaN),
    now: shareOf(now, Number.isNaN),
  };
  if (Math.abs(missing.now - missing.before) > MISSING_MOVE) return missing;
  if (levels !== null) return describeLevels(values, levels);
  const median = { figure: 'median', before: findMedian(before), now: findMedian(now) };
  return median.before === median.now
    ? { figure: 'mean', before: findMean(before), now: findMean(now) }
    : median;
}

function readValues({ name, kind }: Predictor, plan: DriftPlan, samples: readonly [Frame, Frame]): Values {
  const inputs = plan.inputs.filter(({ predictor }) => predictor === name);
  const read = (frame: Frame): Float64Array =>
    kind === 'category'
      ? readLevels(inputs, frame)
      : (frame.columns[frame.names.indexOf(name)] as Float64Array);
  const levels = kind === 'category' ? [...inputs.map(({ level }) => level ?? ''), 'other levels'] : null;
  return {
    before: read(samples[0]),
    now: read(samples[1]),
    levels: kind === 'boolean' ? ['false', 'true'] : levels,
  };
}

function renderFigure(value: number | null, isShare: boolean): string {
  if (value === null) return 'unknown';
  if (isShare) return `${(100 * value).toFixed(1)} %`;
  return String(Number(value.toPrecision(3)));
}

/** A figure of a move as people read it: shares in percent, others with three digits. */
export function renderMoveFigure({ figure }: Pick<Move, 'figure'>, value: number | null): string {
  return renderFigure(value, figure.startsWith('share'));
}

function renderAlarm(predictor: string, move: Move, { psi, noise }: Psi): string {
  const [before, now] = [renderMoveFigure(move, move.before), renderMoveFigure(move, move.now)];
  const way = (move.now ?? 0) < (move.before ?? 0) ? 'fell' : 'rose';
  return `${predictor} moved: its ${move.figure} ${way} from ${before} to ${now} (PSI ${psi.toFixed(2)}; chance alone explains ${noise.toFixed(2)}).`;
}

/**
 * How far each predictor is from what a model was fitted on, by the population stability index: the farthest first. An
 * alarm takes a PSI above .1 that is also more than chance explains, of a predictor that does not move with the calendar.
 * Snapshots of one customer are not independent, so chance goes by customers, and by the number of predictors.
 *
 * @param reference the rows that the model was fitted on
 */
export function measureDrift(
  plan: DriftPlan,
  reference: DriftSample,
  current: DriftSample,
): readonly Drift[] {
  const sizes = {
    reference: measureIndependent(reference.groups),
    current: measureIndependent(current.groups),
  };
  const level = 1 - 1 / (TABLES_PER_FALSE_ALARM * plan.predictors.length);
  const drifts = plan.predictors.flatMap((predictor): readonly Drift[] => {
    const values = readValues(predictor, plan, [reference.frame, current.frame]);
    const found = measurePsi(values.before, values.now, { isCategory: values.levels !== null, sizes, level });
    if (found === null) return [];
    const { psi, noise } = found;
    const isCalendarBound = predictor.isCalendarBound === true;
    const move = describeMove(values);
    const isAlarm = !isCalendarBound && psi > WORTH_A_LOOK && psi > noise;
    const alarm = isAlarm ? renderAlarm(predictor.name, move, found) : null;
    return [{ predictor: predictor.name, psi, noise, ...move, isCalendarBound, alarm }];
  });
  return drifts.sort((left, right) => right.psi - left.psi || (left.predictor < right.predictor ? -1 : 1));
}
