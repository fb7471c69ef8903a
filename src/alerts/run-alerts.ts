import type { AlertRule } from './alert-rule.ts';
import {
  type AlertEngines,
  type EvaluationOptions,
  evaluateAlerts,
  recordFirings,
} from './evaluate-alerts.ts';
import type { Correction, RecordedFiring } from './firings-store.ts';
import { syncRules } from './rules-store.ts';

export interface RunOptions extends Omit<EvaluationOptions, 'rules'> {
  /** As `readAlertRules` gives them. */
  readonly rules: readonly AlertRule[];
  /** Makes notifications of new firings, in the transaction that records them. */
  readonly announce?: (firings: readonly RecordedFiring[]) => Promise<void>;
  /** Corrects what was told of firings that later data took back, or gave back, in the same transaction. */
  readonly correct?: (corrections: readonly Correction[]) => Promise<void>;
}

/** What a run found. */
export interface AlertReport {
  /** New and to be told. */
  readonly told: readonly RecordedFiring[];
  /** New, of days too long ago to be told. */
  readonly historical: readonly RecordedFiring[];
  /** How many firings on record were marked, or unmarked, because data came later. */
  readonly corrected: number;
  /** Rules that cannot be judged, or not up to the last day, and why. */
  readonly waiting: readonly { readonly rule: string; readonly reason: string }[];
}

/**
 * Brings the rules up to date, judges them, and records what fired together with what is to be told. Running it again
 * adds nothing.
 *
 * @throws TenureError QUERY_FAILED
 *
 * @example
 * const { told } = await runAlerts({ state, warehouse }, { rules, metrics, asOf: '2026-03-14', clock });
 */
export async function runAlerts(engines: AlertEngines, options: RunOptions): Promise<AlertReport> {
  const { state } = engines;
  const rules = await syncRules(state, options.rules, options);
  const evaluation = await evaluateAlerts(engines, { ...options, rules });
  const recorded = await state.transaction(async () => {
    const fresh = await recordFirings(state, evaluation, options);
    await options.announce?.(fresh.filter(({ isHistorical }) => !isHistorical));
    await options.correct?.(evaluation.corrections);
    return fresh;
  });
  return {
    told: recorded.filter(({ isHistorical }) => !isHistorical),
    historical: recorded.filter(({ isHistorical }) => isHistorical),
    corrected: evaluation.corrections.length,
    waiting: evaluation.progress.flatMap(({ rule, waits }) =>
      waits === null ? [] : [{ rule, reason: waits }],
    ),
  };
}
