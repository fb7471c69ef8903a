import path from 'node:path';
import type { AlertMetric, AlertMetrics } from '../../src/alerts/index.ts';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { TenureError } from '../../src/base/index.ts';
import {
  buildVersion,
  compileMetricSeries,
  compileStateSeries,
  fetchCoverage,
  findMetric,
  isMeasured,
  listSeriesGrains,
  readCatalogue,
} from '../../src/metrics/index.ts';

const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));

/** What a customer can be, beside its numbers. */
const STATES = ['health_band', 'plan_tier', 'csm_name'];

function findState(name: string): { readonly domain: string; readonly dimension: string } | null {
  const dimension = name.replace(/^customer_success\./, '');
  return STATES.includes(dimension) ? { domain: 'customer_success', dimension } : null;
}

function describeMetric(name: string, targets: Readonly<Record<string, number>>): AlertMetric {
  const metric = findMetric(catalogue, name);
  const full = `${metric.domain.domain}.${metric.name}`;
  return {
    name: full,
    kind: 'number',
    label: metric.label,
    unit: metric.unit,
    version: buildVersion(metric),
    waits: isMeasured(metric) ? null : metric.how,
    target: targets[full] ?? null,
    needs: metric.needs,
    grains: listSeriesGrains(metric),
    filters: Object.keys(metric.domain.dimensions),
  };
}

const MODELS = new Map([
  ['int_login_gap_days', new Set(['customer_id', 'day', 'value'])],
  ['int_quiet_renewal_days', new Set(['customer_id', 'day', 'value'])],
  ['int_customer_days', new Set(['customer_id', 'metric_date'])],
]);

/** The catalogue as alerts see it, as the app will give it to them. */
export function buildCataloguePort(targets: Readonly<Record<string, number>> = {}): AlertMetrics {
  return {
    names: [...new Set([...catalogue.metrics.map(({ name }) => name), ...STATES])],
    models: MODELS,
    find(name) {
      const state = findState(name);
      if (state === null) return describeMetric(name, targets);
      return {
        name: `${state.domain}.${state.dimension}`,
        kind: 'state',
        label: state.dimension === 'health_band' ? 'Health band' : state.dimension,
        unit: 'text',
        version: 'state',
        waits: null,
        target: null,
        needs: {},
        grains: ['customer'],
        filters: ['plan_tier', 'segment'],
      };
    },
    async compileSeries(warehouse, name, request) {
      const coverage = await fetchCoverage(warehouse, catalogue);
      const state = findState(name);
      return state === null
        ? compileMetricSeries(catalogue, name, { ...request, coverage })
        : compileStateSeries(catalogue, state, { ...request, coverage });
    },
  };
}

/** One metric whose values are the table `series`: (entity_id, metric_date, value), and `states` with texts. */
export function buildTablePort(metric: Partial<AlertMetric> = {}): AlertMetrics {
  const described: AlertMetric = {
    name: 'test.figure',
    kind: 'number',
    label: 'Figure',
    unit: 'count',
    version: 'v1',
    waits: null,
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
