import { buildRiskTable, type Lifetimes } from './lifetimes.ts';
import { normalQuantile } from './normal.ts';
import type { Interval } from './wilson-interval.ts';

/** The survival curve from one time up to the next. */
export interface SurvivalStep {
  readonly time: number;
  /** Under observation just before `time`. */
  readonly atRisk: number;
  /** Events at `time`. */
  readonly events: number;
  /** Observations that ended at `time` without the event. */
  readonly censored: number;
  /** Chance to live beyond `time`, 0 to 1. */
  readonly survival: number;
  /** Greenwood's variance of it. */
  readonly variance: number;
  /** Null where there is none: before the first event, and when nobody is left. */
  readonly interval: Interval | null;
}

export interface SurvivalCurve {
  readonly rows: number;
  readonly events: number;
  /** One for each different time, rising. */
  readonly steps: readonly SurvivalStep[];
}

/** Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 1.4.1: the interval of ln(−ln S). */
function buildLogLogInterval(survival: number, greenwood: number, z: number): Interval | null {
  if (survival <= 0 || survival >= 1) return null;
  const spread = Math.exp((z * Math.sqrt(greenwood)) / -Math.log(survival));
  return { low: survival ** spread, high: survival ** (1 / spread) };
}

/**
 * The survival curve of Kaplan and Meier, with Greenwood's variance and log-log intervals. Kaplan, E. L. & Meier, P.
 * (1958), Nonparametric estimation from incomplete observations, JASA 53, 457–481.
 *
 * With entries the curve is of those who were still there at the first entry, and one early risk set that dies out
 * takes it to 0; begin at a landmark where many have entered.
 *
 * @param level of the intervals
 * @example
 * const curve = buildSurvivalCurve({ times: Float64Array.of(3, 5, 5), events: Uint8Array.of(1, 1, 0) });
 * curve.steps.map(({ survival }) => survival); // [2 / 3, 1 / 3]
 */
export function buildSurvivalCurve(lifetimes: Lifetimes, level = 0.95): SurvivalCurve {
  const table = buildRiskTable(lifetimes);
  const z = normalQuantile((1 + level) / 2);
  let [survival, greenwood, events] = [1, 0, 0];
  const steps = Array.from(table.times, (time, place): SurvivalStep => {
    const atRisk = table.atRisk[place] as number;
    const happened = table.events[place] as number;
    events += happened;
    survival *= (atRisk - happened) / atRisk;
    greenwood += happened === 0 ? 0 : happened / (atRisk * (atRisk - happened));
    return {
      time,
      atRisk,
      events: happened,
      censored: table.censored[place] as number,
      survival,
      variance: survival === 0 ? 0 : survival * survival * greenwood,
      interval: buildLogLogInterval(survival, greenwood, z),
    };
  });
  return { rows: lifetimes.times.length, events, steps };
}

/** The chance to live beyond a time. */
export interface SurvivalEstimate {
  readonly survival: number;
  readonly interval: Interval | null;
  /** Still under observation just before that time. */
  readonly atRisk: number;
}

/**
 * The curve at a time.
 *
 * @returns null after the last observation, unless nobody was left: nothing is known there
 * @example
 * measureSurvival(curve, 365); // { survival: 0.81, interval: { low: 0.77, high: 0.85 }, atRisk: 412 }
 */
export function measureSurvival({ steps }: SurvivalCurve, time: number): SurvivalEstimate | null {
  const last = steps.at(-1);
  if (last === undefined || (time > last.time && last.survival > 0)) return null;
  const step = steps.findLast((candidate) => candidate.time <= time);
  const atRisk = steps.find((candidate) => candidate.time >= time)?.atRisk ?? 0;
  return { survival: step?.survival ?? 1, interval: step?.interval ?? null, atRisk };
}

/** A time by which a share has had the event; null where the curve does not come down that far. */
export interface SurvivalQuantile {
  readonly time: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What rounding may add to a product of shares. */
const ROUNDING = 1e-12;

/**
 * The first time at which a share has had the event (0.5: the median), with the interval of Brookmeyer and Crowley: where
 * the bounds of the curve come down as far (1982, A confidence interval for the median survival time, Biometrics 38, 29–41).
 *
 * @example
 * measureSurvivalQuantile(curve, 0.5); // { time: 730, low: 640, high: null }
 */
export function measureSurvivalQuantile({ steps }: SurvivalCurve, share: number): SurvivalQuantile {
  const target = 1 - share + ROUNDING;
  const find = (read: (step: SurvivalStep) => number | undefined) =>
    steps.find((step) => (read(step) ?? 1) <= target)?.time ?? null;
  return {
    time: find(({ survival }) => survival),
    low: find(({ survival, interval }) => interval?.low ?? survival),
    high: find(({ interval }) => interval?.high),
  };
}

/** How long one lives on average up to a horizon. */
export interface RestrictedMean {
  /** In the unit of the times, from 0 on. */
  readonly mean: number;
  readonly error: number;
  readonly interval: Interval;
  /** False when the horizon is beyond the last observation: the curve was taken as flat from there, which is too long. */
  readonly isObserved: boolean;
}

/**
 * The area under the curve up to a horizon, with its standard error. Klein, J. P. & Moeschberger, M. L. (2003), Survival
 * Analysis, 4.5.
 *
 * @param options `horizon` in the unit of the times; `level` of the interval, 0.95 when left out
 * @example
 * measureRestrictedMean(curve, { horizon: 1825 }).mean; // days within five years
 */
export function measureRestrictedMean(
  { steps }: SurvivalCurve,
  options: { readonly horizon: number; readonly level?: number | undefined },
): RestrictedMean {
  const { horizon } = options;
  let [area, variance, end] = [0, 0, horizon];
  for (const step of steps.filter(({ time }) => time <= horizon).toReversed()) {
    area += step.survival * (end - step.time);
    const left = step.atRisk - step.events;
    if (step.events > 0 && left > 0) variance += (area * area * step.events) / (step.atRisk * left);
    end = step.time;
  }
  const mean = area + end;
  const error = Math.sqrt(variance);
  const half = normalQuantile((1 + (options.level ?? 0.95)) / 2) * error;
  const last = steps.at(-1);
  const isObserved = last !== undefined && (last.time >= horizon || last.survival === 0);
  return { mean, error, interval: { low: mean - half, high: mean + half }, isObserved };
}
