import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricEntry, type MetricQuery, PACKAGE_ROOT } from '../../src/app/index.ts';
import { isSummable } from '../../src/metrics/catalogue.ts';
import { findMetric, readCatalogue } from '../../src/metrics/index.ts';
import { DEMO_DAY } from '../shared/workspaces.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { findDifferences, openReadDemo, type ReadDemo } from './chdb-warehouse.ts';

const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));
const GRAINS = ['day', 'week', 'month', 'quarter', 'year'] as const; /** Metrics of one question. */
const AT_ONCE = 12;
const RANGES = {
  day: 'last 5 days',
  week: 'last 5 weeks',
  month: 'last 6 months',
  quarter: 'last 4 quarters',
  year: 'last 2 years',
} as const;

/** Questions with every operator and the like, one of each. */
const QUESTIONS: Readonly<Record<string, MetricQuery>> = {
  'some values of a dimension': {
    metrics: ['current_mrr', 'customer_health_score'],
    dimensions: ['plan_tier', 'industry'],
    filters: [{ member: 'plan_tier', operator: 'equals', values: ['growth', 'starter'] }],
    order: [['current_mrr', 'desc']],
  },
  'all but a value': {
    metrics: ['active_customers'],
    dimensions: ['csm_name'],
    filters: [{ member: 'segment', operator: 'not_equals', values: ['smb'] }],
    order: [['csm_name', 'asc']],
  },
  'a part of a text, and figures between bounds': {
    metrics: ['current_mrr'],
    dimensions: ['industry'],
    filters: [
      { member: 'industry', operator: 'contains', values: ['E', 'fin'] },
      { member: 'current_mrr', operator: 'gt', values: [100] },
      { member: 'current_mrr', operator: 'lte', values: [10_000_000] },
    ],
  },
  'figures from and below, known and unknown': {
    metrics: ['current_mrr', 'nps_score'],
    dimensions: ['plan_tier'],
    time: { range: 'last 12 months', granularity: 'month' },
    filters: [
      { member: 'current_mrr', operator: 'gte', values: [0] },
      { member: 'current_mrr', operator: 'lt', values: [1e9] },
      { member: 'csm_name', operator: 'set' },
      { member: 'current_mrr', operator: 'set' },
    ],
  },
  'nobody knows': {
    metrics: ['active_customers'],
    filters: [{ member: 'industry', operator: 'not_set' }],
  },
  'several domains and every comparison': {
    metrics: ['current_mrr', 'win_rate', 'total_ad_spend_active'],
    time: { range: 'last 4 quarters', granularity: 'month' },
    compare: ['previous_period', 'previous_range', 'previous_year'],
    order: [
      ['win_rate', 'desc'],
      ['period', 'asc'],
    ],
    limit: 7,
  },
  'a day long ago, and nothing there': {
    metrics: ['current_mrr'],
    dimensions: ['plan_tier'],
    time: { range: { from: '2019-01-01', to: '2019-02-01' }, granularity: 'month' },
  },
};

describe.skipIf(!hasChdb)(`metrics of a warehouse on ClickHouse (${CHDB_MISSING})`, () => {
  let demo: ReadDemo;

  beforeAll(async () => {
    demo = await openReadDemo();
  });
  afterAll(() => demo?.close());

  /** What both say, but for the text of the statement. */
  const compare = async (query: MetricQuery): Promise<readonly string[]> => {
    const [{ sql: _, ...here }, { sql: __, ...there }] = [
      await demo.here.metrics.query(query),
      await demo.there.metrics.query(query),
    ];
    return findDifferences(here, there);
  };

  /** Metrics of one domain, some at a time: a statement for each would take a minute. */
  const listBatches = (isAsked: (metric: MetricEntry) => boolean): readonly (readonly string[])[] => {
    const entries = demo.here.metrics.list().filter(isAsked);
    return [...new Set(entries.map(({ domain }) => domain))].flatMap((domain) => {
      const names = entries
        .filter((entry) => entry.domain === domain)
        .map(({ metric }) => `${domain}.${metric}`);
      const starts = names.flatMap((_, place) => (place % AT_ONCE === 0 ? [place] : []));
      return starts.map((start) => names.slice(start, start + AT_ONCE));
    });
  };

  it.each(GRAINS)('has every figure of the company as DuckDB has it, by %s', async (granularity) => {
    const batches = listBatches(({ hasCompanyFigure }) => hasCompanyFigure);
    expect(batches.flat().length).toBeGreaterThan(100);
    for (const metrics of batches) {
      const time = { range: RANGES[granularity], granularity, asOf: DEMO_DAY };
      expect(await compare({ metrics: [...metrics], time, compare: ['previous_year'] })).toEqual([]);
    }
  });

  it('has them by every dimension, and what makes no figure of several by its entity', async () => {
    const time = { range: 'last 3 months', granularity: 'month' } as const;
    const isAdded = ({ domain, metric }: MetricEntry): boolean =>
      isSummable(findMetric(catalogue, `${domain}.${metric}`));
    for (const metrics of listBatches(isAdded)) {
      const { dimensions } = demo.here.metrics.show(metrics[0] ?? '');
      for (const dimension of dimensions)
        expect(await compare({ metrics: [...metrics], dimensions: [dimension], time })).toEqual([]);
    }
    for (const metrics of listBatches((entry) => !isAdded(entry))) {
      const { domain } = findMetric(catalogue, metrics[0] ?? '');
      expect(await compare({ metrics: [...metrics], dimensions: [domain.entity_id], time })).toEqual([]);
    }
  });

  it.each(Object.entries(QUESTIONS))('answers a question as DuckDB does: %s', async (_name, query) => {
    expect(await compare(query)).toEqual([]);
  });
});
