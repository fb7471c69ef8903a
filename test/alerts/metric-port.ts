import path from 'node:path';
import type { AlertMetric, AlertMetrics } from '../../src/alerts/index.ts';
import { buildAlertMetrics } from '../../src/app/alert-metrics.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { TenureError } from '../../src/base/index.ts';
import { readCatalogue } from '../../src/metrics/index.ts';

const MODELS = new Map([
  ['int_login_gap_days', new Set(['customer_id', 'day', 'value'])],
  ['int_quiet_renewal_days', new Set(['customer_id', 'day', 'value'])],
  ['int_customer_days', new Set(['customer_id', 'metric_date'])],
]);

/** The catalogue as alerts see it, with targets of its own. */
export function buildCataloguePort(targets: Readonly<Record<string, number>> = {}): AlertMetrics {
  const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));
  return buildAlertMetrics(catalogue, { targets, models: MODELS });
}

/** One metric whose values are the table `series`: (entity_id, metric_date, value), and `states` with texts. */
export function buildTablePort(metric: Partial<AlertMetric> = {}): AlertMetrics {
  const described: AlertMetric = {
    name: 'test.figure',
    kind: 'number',
    label: 'Figure',
    unit: 'count',
    version: 'v1',
    target: null,
    needs: {},
    grains: ['company', 'customer', 'plan_tier'],
    filters: ['plan_tier'],
    ...metric,
  };
  return {
    names: ['figure'],
    models: new Map(),
    find(name) {
      if (name === 'figure') return described;
      throw new TenureError('METRIC_UNKNOWN', { name, hint: '' });
    },
    async compileSeries(_warehouse, _name, { range, filters }) {
      const tiers = filters['plan_tier']?.map((tier) => `'${tier}'`).join(', ');
      return {
        sql: `select entity_id, upper(entity_id) as entity_name, metric_date, value
          from ${described.kind === 'state' ? 'states' : 'series'}
          where metric_date >= cast($1 as date) and metric_date < cast($2 as date)
            ${tiers === undefined ? '' : `and plan_tier in (${tiers})`}`,
        parameters: [range.from, range.to],
      };
    },
  };
}
