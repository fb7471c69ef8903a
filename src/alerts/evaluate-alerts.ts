import { addDays, type Clock } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { AlertMetrics } from './alert-metrics.ts';
import {
  type Correction,
  type DatedFiring,
  fetchFirings,
  fetchLastFired,
  type RecordedFiring,
  writeCorrections,
  writeFirings,
  writeProgress,
} from './firings-store.ts';
import { fetchGround } from './ground-store.ts';
import { type AlertWorld, judgeRule, type PreparedRule, prepareRule, recheckRule } from './judge-rule.ts';
import type { StoredRule } from './rules-store.ts';
import { fetchSilentDays } from './snoozes-store.ts';

/** How long a day is news, counted from the last day that is known. */
const ALERT_WINDOW_DAYS = 3;
/** How long a firing is looked at again, in case data came later. */
const RECHECK_DAYS = 90;

/** The application state, and the warehouse the rules are judged by; one engine may be both. */
export interface AlertEngines {
  readonly state: Engine;
  readonly warehouse: Engine;
}

export interface EvaluationOptions {
  /** As `syncRules` gives them. */
  readonly rules: readonly StoredRule[];
  readonly metrics: AlertMetrics;
  /** The day up to which to judge; nothing after what the warehouse knows, and no day that is not over. */
  readonly asOf: string;
  readonly clock: Clock;
  /** How many days, the last one included, are told and not only recorded. */
  readonly alertWindowDays?: number;
}

/** How far a rule came. */
export interface RuleProgress {
  readonly rule: string;
  readonly ruleId: string;
  /** The last day that is judged now; null when none is. */
  readonly until: string | null;
  /** Why it cannot be judged, or not further; null when nothing is in the way. */
  readonly waits: string | null;
}

/** What has to be written: plain data. */
export interface AlertEvaluation {
  readonly firings: readonly DatedFiring[];
  readonly corrections: readonly Correction[];
  readonly progress: readonly RuleProgress[];
}

interface RuleEvaluation {
  readonly firings: readonly DatedFiring[];
  readonly corrections: readonly Correction[];
  readonly progress: RuleProgress;
}

async function findCorrections(
  state: Engine,
  world: AlertWorld,
  prepared: PreparedRule & { readonly rule: StoredRule },
): Promise<readonly Correction[]> {
  const firstDay = addDays(prepared.reach.lastDay, -RECHECK_DAYS);
  const recorded = await fetchFirings(state, prepared.rule, firstDay);
  const known = new Map(recorded.map((firing) => [`${firing.day} ${firing.entityId}`, firing]));
  return (await recheckRule(world, prepared, recorded)).flatMap((day) => {
    const firing = known.get(`${day.day} ${day.entityId}`);
    if (firing === undefined) return [];
    const value = day.value === null ? null : String(day.value);
    const isKnown = firing.isOutdated ? firing.correctedValue === value : true;
    return firing.isOutdated === !day.holds && isKnown ? [] : [{ ...day, id: firing.id }];
  });
}

function describeReach({ reach }: PreparedRule, asOf: string): string | null {
  if (reach.endsWith === null || reach.lastDay >= asOf) return null;
  return `${reach.endsWith} ends on ${reach.watermarks[reach.endsWith]}: days after ${reach.lastDay} are unknown`;
}

async function evaluateRule(
  { state }: AlertEngines,
  world: AlertWorld,
  options: { readonly rule: StoredRule; readonly newsFrom: string },
): Promise<RuleEvaluation> {
  const { rule, newsFrom } = options;
  const prepared = { ...prepareRule(rule, world), rule };
  const { obstacle, reach } = prepared;
  const waits = obstacle ?? describeReach(prepared, world.ground.lastDay);
  const progress: RuleProgress = { rule: rule.name, ruleId: rule.id, until: rule.evaluatedUntil, waits };
  if (obstacle !== null) return { firings: [], corrections: [], progress };
  const { lastDay } = reach;
  const firstDay = rule.evaluatedUntil === null ? lastDay : addDays(rule.evaluatedUntil, 1);
  const corrections = await findCorrections(state, world, prepared);
  if (firstDay > lastDay) return { firings: [], corrections, progress };
  const firings = await judgeRule(world, prepared, {
    firstDay,
    lastDay,
    fired: await fetchLastFired(state, rule, addDays(firstDay, -rule.cool_down_days)),
    silent: await fetchSilentDays(state, rule, firstDay),
  });
  const dated = firings.map((firing) => ({
    ...firing,
    ruleId: rule.id,
    ruleVersion: rule.version,
    isHistorical: firing.day < newsFrom,
  }));
  return { firings: dated, corrections, progress: { ...progress, until: lastDay } };
}

/**
 * Judges every rule that is on, on the days since it was judged last; a new rule on the last day that is known. Reads
 * only.
 *
 * @throws TenureError QUERY_FAILED
 */
export async function evaluateAlerts(
  engines: AlertEngines,
  options: EvaluationOptions,
): Promise<AlertEvaluation> {
  const { rules, metrics, alertWindowDays = ALERT_WINDOW_DAYS } = options;
  const ground = await fetchGround(engines.warehouse, options);
  const world: AlertWorld = { warehouse: engines.warehouse, metrics, ground };
  const newsFrom = addDays(ground.lastDay, 1 - alertWindowDays);
  const results: RuleEvaluation[] = [];
  for (const rule of rules.filter(({ enabled }) => enabled))
    results.push(await evaluateRule(engines, world, { rule, newsFrom }));
  return {
    firings: results.flatMap(({ firings }) => firings),
    corrections: results.flatMap(({ corrections }) => corrections),
    progress: results.map(({ progress }) => progress),
  };
}

/**
 * Writes what was found. Call it inside a transaction, together with the notifications that follow from it.
 *
 * @returns the firings that were not there before; those that are historical are not to be told
 */
export async function recordFirings(
  state: Engine,
  evaluation: AlertEvaluation,
  { clock }: { readonly clock: Clock },
): Promise<readonly RecordedFiring[]> {
  const recorded = await writeFirings(state, evaluation.firings, { clock });
  await writeCorrections(state, evaluation.corrections, { clock });
  for (const { ruleId, until } of evaluation.progress) {
    if (until !== null) await writeProgress(state, ruleId, until);
  }
  return recorded;
}
