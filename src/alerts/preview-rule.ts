import { addDays, type Clock } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { AlertMetrics } from './alert-metrics.ts';
import type { AlertRule } from './alert-rule.ts';
import { earliestOf } from './days.ts';
import type { Firing } from './firing.ts';
import { fetchGround } from './ground-store.ts';
import { judgeRule, prepareRule } from './judge-rule.ts';

/** What a rule would have done. */
export interface AlertPreview {
  readonly firings: readonly Firing[];
  /** The days that were judged, half-open. */
  readonly range: { readonly from: string; readonly to: string };
  /** Why it cannot be judged; null when it can. */
  readonly waits: string | null;
}

/**
 * The firings a rule would have had, had it run on every day of a half-open range and not before. Nothing is written.
 *
 * @throws TenureError QUERY_FAILED
 *
 * @example
 * const { firings } = await previewRule(warehouse, rule, {
 *   metrics, clock, range: { from: '2025-03-15', to: '2026-03-15' },
 * });
 */
export async function previewRule(
  warehouse: Engine,
  rule: AlertRule,
  options: {
    readonly metrics: AlertMetrics;
    readonly clock: Clock;
    readonly range: { readonly from: string; readonly to: string };
  },
): Promise<AlertPreview> {
  const { metrics, clock, range } = options;
  const ground = await fetchGround(warehouse, { asOf: addDays(range.to, -1), clock });
  const world = { warehouse, metrics, ground };
  const prepared = prepareRule(rule, world);
  const lastDay = earliestOf(ground.lastDay, prepared.reach.lastDay);
  const judged = { from: range.from, to: lastDay < range.from ? range.from : addDays(lastDay, 1) };
  if (prepared.obstacle !== null) return { firings: [], range: judged, waits: prepared.obstacle };
  const days = { firstDay: range.from, lastDay, fired: [], silent: [] };
  return { firings: await judgeRule(world, prepared, days), range: judged, waits: null };
}
