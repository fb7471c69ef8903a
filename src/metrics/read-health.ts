import { buildDefinitionError, parseDefinition, readDefinitionFile } from '../runner/index.ts';
import { checkHealth, type HealthWorld } from './check-health.ts';
import { HEALTH_KEYS, type HealthDefinition, healthFileSchema } from './health-definition.ts';

const PAGE = 'docs/health.md';

/** What a file is read against: the package's own definition, and what it may name. */
export interface HealthContext extends HealthWorld {
  readonly own: HealthDefinition;
}

/**
 * Reads a health definition: `health.yml` of a workspace, or a file that may become it. What the file leaves out is as
 * in the package.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, key, value and what to do
 *
 * @example
 * readHealth('health.yml', context).bands; // { excellent: 80, stable: 60, at_risk: 40 }
 */
export function readHealth(file: string, context: HealthContext): HealthDefinition {
  const yaml = readDefinitionFile(file);
  const form = { schema: healthFileSchema, keys: HEALTH_KEYS, page: PAGE };
  const given = Object.entries(parseDefinition(yaml, form)).filter(([, value]) => value !== undefined);
  const health: HealthDefinition = { ...context.own, ...Object.fromEntries(given) };
  const [problem] = checkHealth(health, context);
  if (problem !== undefined) throw buildDefinitionError(yaml, problem);
  return health;
}
