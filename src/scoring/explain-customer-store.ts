import { TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { explainRows, type RowExplanation } from './explain-rows.ts';
import { fetchModels } from './models-store.ts';
import type { Outcome } from './predictors.ts';
import { fetchUsageChanges } from './scores-store.ts';
import { scoringTable } from './scoring-tables-store.ts';
import { fetchTable } from './snapshots-store.ts';

/** A customer's score with all that goes into it. */
export interface CustomerExplanation extends RowExplanation {
  readonly customerId: string;
  readonly asOf: string;
  readonly model: string;
  readonly version: string;
  readonly probability: number;
  readonly tier: string;
  /** Share of customers with the event. */
  readonly baseRate: number;
}

/**
 * Takes the newest score of a customer apart: every predictor's part in it, not only the strongest few that are kept.
 *
 * @throws TenureError SCORE_MISSING where the customer has no score of this model
 */
export async function explainCustomer(
  engine: Engine,
  outcome: Outcome,
  customerId: string,
): Promise<CustomerExplanation> {
  const [score] = await engine.query(
    `select cast(metric_date as varchar) as as_of, version, probability, tier from ${scoringTable(engine, 'scores')}
     where model = $1 and customer_id = $2 order by metric_date desc limit 1`,
    [outcome.name, customerId],
  );
  const models = await fetchModels(engine, outcome.name);
  const stored = models.find(({ version }) => version === score?.['version']);
  if (score === undefined || stored === undefined)
    throw new TenureError('SCORE_MISSING', { customer: customerId, model: outcome.name });
  const asOf = String(score['as_of']);
  const table = await fetchTable(engine, {
    relation: 'int_customer_predictor_days',
    predictors: outcome.predictors,
    conditions: ['metric_date = cast($1 as date)', 'customer_id = $2'],
    parameters: [asOf, customerId],
  });
  const changes = await fetchUsageChanges(engine, { usage: 'customer_usage_decay' });
  const [explained] = explainRows(stored.model, table, () => ({
    usageChange: changes.get(customerId) ?? null,
  }));
  if (explained === undefined)
    throw new TenureError('SCORE_MISSING', { customer: customerId, model: outcome.name });
  return {
    customerId,
    asOf,
    model: outcome.name,
    version: stored.version,
    probability: Number(score['probability']),
    tier: String(score['tier']),
    baseRate: stored.model.baseRate,
    ...explained,
  };
}
