import type { AlertMetric, AlertMetrics } from '../alerts/index.ts';
import type { Engine } from '../engines/index.ts';
import {
  buildVersion,
  type Catalogue,
  compileMetricSeries,
  compileStateSeries,
  fetchCoverage,
  findMetric,
  listSeriesGrains,
} from '../metrics/index.ts';

/** What a customer can be, beside its numbers. */
const STATES = {
  health_band: 'Health band',
  plan_tier: 'Plan tier',
  csm_name: 'CSM',
  churn_tier: 'Churn tier',
  expansion_tier: 'Expansion tier',
} as const;
const STATE_DOMAIN = 'customer_success';

interface State {
  readonly domain: string;
  readonly dimension: keyof typeof STATES;
}

function findState(name: string): State | null {
  const dimension = name.replace(new RegExp(`^${STATE_DOMAIN}\\.`), '');
  const known = Object.keys(STATES).find((state): state is keyof typeof STATES => state === dimension);
  return known === undefined ? null : { domain: STATE_DOMAIN, dimension: known };
}

function describeState({ domain, dimension }: State): AlertMetric {
  return {
    name: `${domain}.${dimension}`,
    kind: 'state',
    label: STATES[dimension],
    unit: 'text',
    version: 'state',
    target: null,
    needs: {},
    grains: ['customer'],
    filters: ['plan_tier', 'segment'],
  };
}

/** What the app knows beside the catalogue. */
export interface AlertWorld {
  /** `domain.metric` → what the company's value is held against. */
  readonly targets: Readonly<Record<string, number>>;
  /** Models of the project and those of their columns that a rule may need. */
  readonly models: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The catalogue as alert rules see it. */
export function buildAlertMetrics(catalogue: Catalogue, { targets, models }: AlertWorld): AlertMetrics {
  return {
    names: [...new Set([...catalogue.metrics.map(({ name }) => name), ...Object.keys(STATES)])],
    models,
    find(name) {
      const state = findState(name);
      if (state !== null) return describeState(state);
      const metric = findMetric(catalogue, name);
      const full = `${metric.domain.domain}.${metric.name}`;
      return {
        name: full,
        kind: 'number',
        label: metric.label,
        unit: metric.unit,
        version: buildVersion(metric),
        target: targets[full] ?? null,
        needs: metric.needs,
        grains: listSeriesGrains(metric),
        filters: Object.keys(metric.domain.dimensions),
      };
    },
    async compileSeries(warehouse: Engine, name, request) {
      const coverage = await fetchCoverage(warehouse, catalogue);
      const state = findState(name);
      const asked = { ...request, coverage, dialect: warehouse.dialect };
      return state === null
        ? compileMetricSeries(catalogue, name, asked)
        : compileStateSeries(catalogue, state, asked);
    },
  };
}
