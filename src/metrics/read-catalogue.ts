import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { parseYamlFile, parseYamlValue } from '../runner/index.ts';
import { type Catalogue, type Domain, domainSchema, type Metric } from './catalogue.ts';

const SUPPORTED = 'what docs/adding-a-metric.md lists';

function readDomain(file: string): readonly Metric[] {
  const yaml = parseYamlFile(file, fs.readFileSync(file, 'utf8'));
  const { metrics, ...rest } = parseYamlValue(domainSchema, yaml.value, {
    yaml,
    path: [],
    supported: SUPPORTED,
  });
  const domain: Domain = rest;
  const seen = new Set<string>();
  metrics.forEach((metric, index) => {
    if (seen.has(metric.name)) {
      throw new TenureError('CATALOGUE_INVALID', {
        place: `${file}:${yaml.lineOf(['metrics', index])}`,
        problem: `${metric.name} is defined twice`,
      });
    }
    seen.add(metric.name);
  });
  return metrics.map((metric) => ({ ...metric, domain }));
}

/**
 * Reads the catalogue: one YAML file per domain. A name may stand in two domains, once in each.
 *
 * @throws TenureError PROJECT_INVALID, PROJECT_UNSUPPORTED or CATALOGUE_INVALID naming file and line
 *
 * @example
 * const { metrics } = readCatalogue('dbt/catalogue');
 */
export function readCatalogue(folder: string): Catalogue {
  const files = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .sort();
  const metrics = files.flatMap((file) => readDomain(path.join(folder, file)));
  return { domains: [...new Set(metrics.map(({ domain }) => domain))], metrics };
}
