import fs from 'node:fs';
import path from 'node:path';
import {
  type AlertMetrics,
  type AlertRule,
  type Correction,
  previewRule,
  type RecordedFiring,
  readAlertRules,
  runAlerts,
} from '../alerts/index.ts';
import { addDays, TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { enqueueAlerts } from '../notify/index.ts';
import type { DefinitionSource } from '../runner/index.ts';
import { type Account, buildAlertItem, correctAlertCards } from './alert-cards.ts';
import { buildAlertMetrics } from './alert-metrics.ts';
import type { TenureContext } from './context.ts';
import { readMetricCatalogue, readWorkspaceTargets } from './definition-files.ts';
import { fetchMembers } from './tell-milestones-store.ts';
import { PACKAGE_ROOT } from './workspace.ts';
import { readNotifyPlan } from './workspace-notify.ts';

/** What a run of the alert rules did. */
export interface AlertRunReport {
  readonly told: readonly RecordedFiring[];
  /** Of days too long ago to be told. */
  readonly historical: number;
  /** Firings on record that later data took back, or gave back. */
  readonly corrected: number;
  /** Rules that cannot be judged, and why. */
  readonly waiting: readonly { readonly rule: string; readonly reason: string }[];
}

const MODEL_COLUMNS = ['customer_id', 'day', 'value'];

async function fetchModels(warehouse: Engine): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await warehouse.query(
    `select table_name, column_name from information_schema.columns where column_name in ('${MODEL_COLUMNS.join("', '")}')`,
  );
  const models = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = String(row['table_name']);
    models.set(name, (models.get(name) ?? new Set()).add(String(row['column_name'])));
  }
  return models;
}

async function readMetrics(context: TenureContext, warehouse: Engine): Promise<AlertMetrics> {
  const catalogue = readMetricCatalogue();
  const targets = readWorkspaceTargets(context.workspace);
  return buildAlertMetrics(catalogue, {
    targets: Object.fromEntries(targets.map(({ domain, metric, value }) => [`${domain}.${metric}`, value])),
    models: await fetchModels(warehouse),
  });
}

function readRules(
  context: TenureContext,
  metrics: AlertMetrics,
  file?: DefinitionSource,
): readonly AlertRule[] {
  const own = file ?? path.join(context.workspace.root, 'alerts.yml');
  const isThere = typeof own !== 'string' || file !== undefined || fs.existsSync(own);
  const pack = path.join(PACKAGE_ROOT, 'packs', 'alerts.yml');
  return readAlertRules({ pack, own: isThere ? own : null, metrics });
}

async function fetchAccounts(warehouse: Engine): Promise<ReadonlyMap<string, Account>> {
  const rows = await warehouse.query('select customer_id, csm_id, mrr from int_customers');
  return new Map(
    rows.map((row) => [
      String(row['customer_id']),
      { csmId: row['csm_id'] === null ? null : String(row['csm_id']), mrr: Number(row['mrr']) },
    ]),
  );
}

async function openJudged({ storage }: TenureContext): Promise<{ warehouse: Engine; asOf: string }> {
  const warehouse = await storage.open('warehouse');
  const mark = await storage.fetchMark(warehouse);
  return { warehouse, asOf: mark?.asOf ?? '' };
}

/**
 * Judges every alert rule over the days since it was judged last, and writes what fired to the outbox in the transaction
 * that records it, together with the cards that later data made untrue.
 *
 * @throws TenureError DEFINITION_INVALID for `alerts.yml`, `targets.yml` or `notify.yml`, WAREHOUSE_MISSING
 */
export async function runWorkspaceAlerts(context: TenureContext, state: Engine): Promise<AlertRunReport> {
  const { settings, channels } = readNotifyPlan(context);
  const { warehouse, asOf } = await openJudged(context);
  try {
    const metrics = await readMetrics(context, warehouse);
    const announce = async (firings: readonly RecordedFiring[]) => {
      if (firings.length === 0) return;
      const [accounts, members] = [await fetchAccounts(warehouse), await fetchMembers(warehouse)];
      const items = firings.map((firing) => buildAlertItem(firing, accounts.get(firing.customerId ?? '')));
      await enqueueAlerts(state, { items, members, settings, channels }, context);
    };
    const rules = readRules(context, metrics);
    const { clock } = context;
    const correct = (corrections: readonly Correction[]) => correctAlertCards(state, corrections, context);
    const options = { rules, metrics, asOf, clock, announce, correct };
    const report = await runAlerts({ state, warehouse }, options);
    return { ...report, historical: report.historical.length };
  } finally {
    await warehouse.close();
  }
}

/** What a rule would have done in the last days. */
export interface RulePreview {
  readonly rule: string;
  readonly firings: Awaited<ReturnType<typeof previewRule>>['firings'];
  readonly range: { readonly from: string; readonly to: string };
  readonly waits: string | null;
}

/** Which rules are tried out, and how far back. */
export interface RulePreviewRequest {
  /** Only the rule of this name. */
  readonly name?: string | undefined;
  /** Rules of this file or text instead of those of the workspace. */
  readonly file?: DefinitionSource | undefined;
  /** How many days back; a year unless given. */
  readonly days?: number | undefined;
}

/**
 * What rules would have fired, day by day, without recording or telling anything.
 *
 * @throws TenureError DEFINITION_INVALID, ALERT_RULE_UNKNOWN, WAREHOUSE_MISSING
 */
export async function previewWorkspaceAlerts(
  context: TenureContext,
  { name, file, days = 365 }: RulePreviewRequest = {},
): Promise<readonly RulePreview[]> {
  const { warehouse, asOf } = await openJudged(context);
  try {
    const metrics = await readMetrics(context, warehouse);
    const all = readRules(context, metrics, file);
    const rules = all.filter((rule) => (name === undefined ? rule.enabled : rule.name === name));
    if (rules.length === 0 && name !== undefined) {
      const hint = `Rules are ${all.map((rule) => rule.name).join(', ')}.`;
      throw new TenureError('ALERT_RULE_UNKNOWN', { name, hint });
    }
    const to = addDays(asOf, 1);
    const range = { from: addDays(to, -days), to };
    const previews: RulePreview[] = [];
    for (const rule of rules) {
      const preview = await previewRule(warehouse, rule, { metrics, clock: context.clock, range });
      previews.push({ rule: rule.name, ...preview });
    }
    return previews;
  } finally {
    await warehouse.close();
  }
}
