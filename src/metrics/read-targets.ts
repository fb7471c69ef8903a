import { z } from 'zod';
import { TenureError } from '../base/index.ts';
import { buildDefinitionError, didYouMean, parseDefinition, readDefinitionFile } from '../runner/index.ts';
import type { Catalogue } from './catalogue.ts';
import { findMetric } from './plan-query.ts';

/** What a metric of the company is held against. */
export interface Target {
  readonly domain: string;
  readonly metric: string;
  readonly value: number;
}

const form = {
  schema: z.record(z.string(), z.number('must be a number')),
  keys: [],
  page: 'docs/health.md',
};

/**
 * Reads `targets.yml`: metric → value, a metric of two domains written `product.monthly_active_users`.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, metric and what to do
 */
export function readTargets(file: string, catalogue: Catalogue): readonly Target[] {
  const yaml = readDefinitionFile(file);
  const targets = new Map<string, Target>();
  for (const [name, value] of Object.entries(parseDefinition(yaml, form))) {
    const refuse = (problem: string, hint: string) =>
      buildDefinitionError(yaml, { path: [name], problem, hint });
    try {
      const { domain, name: metric } = findMetric(catalogue, name);
      const key = `${domain.domain}.${metric}`;
      if (targets.has(key)) throw refuse(`${key} has a target already`, 'Keep one of the two.');
      targets.set(key, { domain: domain.domain, metric, value });
    } catch (error) {
      if (!(error instanceof TenureError) || error.code === 'DEFINITION_INVALID') throw error;
      if (error.code !== 'METRIC_UNKNOWN')
        throw refuse('two domains have it', String(error.details['problem']));
      const names = catalogue.metrics.map((metric) => metric.name);
      throw refuse('there is no such metric', didYouMean(name, names, error.fix));
    }
  }
  return [...targets.values()];
}
