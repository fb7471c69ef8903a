import { renderCsv } from '../base/index.ts';
import type { CustomerEntry } from './list-customers-store.ts';

const COLUMNS: readonly (readonly [head: string, key: keyof CustomerEntry])[] = [
  ['customer_id', 'customerId'],
  ['customer_name', 'customerName'],
  ['plan_tier', 'planTier'],
  ['segment', 'segment'],
  ['industry', 'industry'],
  ['csm_name', 'csmName'],
  ['signup_date', 'signupDate'],
  ['renews_on', 'renewsOn'],
  ['mrr', 'mrr'],
  ['customer_health_score', 'healthScore'],
  ['health_band', 'healthBand'],
  ['health_trend_30d', 'healthTrend30d'],
  ['churn_risk_score', 'churnRiskScore'],
  ['churn_tier', 'churnTier'],
  ['mrr_at_risk', 'mrrAtRisk'],
];

/** The customers as CSV, a row each. */
export function renderCustomersCsv(customers: readonly CustomerEntry[]): string {
  return renderCsv(
    COLUMNS.map(([head]) => head),
    customers.map((customer) => COLUMNS.map(([, key]) => customer[key])),
  );
}
