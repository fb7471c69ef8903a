import type { AlertMetric, AlertMetrics } from './alert-metrics.ts';
import type { AlertRule } from './alert-rule.ts';

/** What a customer of a `sql_model` can be filtered by: columns of `int_customer_success_days`. */
const CUSTOMER_FILTERS = ['plan_tier', 'industry', 'segment', 'csm_id', 'csm_name'] as const;

/** What a rule is about; a `sql_model` as if it were a metric. */
export function resolveSubject(rule: AlertRule, metrics: AlertMetrics): AlertMetric {
  if (rule.sql_model === undefined) {
    const metric = metrics.find(rule.metric ?? '');
    return rule.label === undefined ? metric : { ...metric, label: rule.label };
  }
  return {
    name: rule.sql_model,
    kind: 'number',
    label: rule.label ?? rule.sql_model,
    unit: rule.unit ?? 'count',
    version: 'model',
    target: null,
    needs: rule.needs ?? {},
    grains: ['customer'],
    filters: CUSTOMER_FILTERS,
  };
}
