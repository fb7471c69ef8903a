import { z } from 'zod';

const paths = z.array(z.string()).optional();
const tree = z.record(z.string(), z.unknown()).nullish();
const hooks = z.union([z.string(), z.array(z.string())]).nullish();
const ignored = z.unknown().optional();

/** The keys of `dbt_project.yml`. Those that decide only where dbt itself writes are read over. */
export const projectSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z_]\w*$/, 'must be letters, digits and underscores'),
  version: z.union([z.string(), z.number()]).nullish(),
  'config-version': ignored,
  profile: ignored,
  'require-dbt-version': ignored,
  'model-paths': paths,
  'seed-paths': paths,
  'test-paths': paths,
  'macro-paths': paths,
  'docs-paths': paths,
  'snapshot-paths': paths,
  'analysis-paths': paths,
  'asset-paths': paths,
  'function-paths': paths,
  'target-path': ignored,
  'log-path': ignored,
  'packages-install-path': ignored,
  'clean-targets': ignored,
  flags: ignored,
  vars: tree,
  models: tree,
  seeds: tree,
  data_tests: tree,
  tests: tree,
  unit_tests: tree,
  sources: tree,
  exposures: tree,
  snapshots: ignored,
  metrics: ignored,
  'semantic-models': ignored,
  'saved-queries': ignored,
  'query-comment': ignored,
  'on-run-start': hooks,
  'on-run-end': hooks,
});

export type ProjectYaml = z.infer<typeof projectSchema>;
