import { z } from 'zod';

const text = z.string().nullish();
const labels = z.union([z.string(), z.array(z.string())]).nullish();
const record = z.record(z.string(), z.unknown()).nullish();
const tests = z.array(z.unknown()).nullish();
const docs = z.unknown().optional();

/** A number in YAML where a name is meant, such as a model called 2024, is read as text. */
const nameText = z.union([z.string(), z.number().transform(String)]);

export const columnSchema = z.strictObject({
  name: nameText,
  description: text,
  data_type: text,
  quote: z.boolean().nullish(),
  tags: labels,
  meta: record,
  config: record,
  data_tests: tests,
  tests,
  docs,
});

export const modelSchema = z.strictObject({
  name: nameText,
  description: text,
  columns: z.array(columnSchema).nullish(),
  config: record,
  data_tests: tests,
  tests,
  tags: labels,
  meta: record,
  docs,
});

const freshnessRule = z.strictObject({
  count: z.number().int().positive().nullish(),
  period: z.enum(['minute', 'hour', 'day']).nullish(),
});

export const freshnessSchema = z
  .strictObject({ warn_after: freshnessRule.nullish(), error_after: freshnessRule.nullish(), filter: text })
  .nullish();

export const tableSchema = z.strictObject({
  name: nameText,
  identifier: text,
  description: text,
  columns: z.array(columnSchema).nullish(),
  config: record,
  data_tests: tests,
  tests,
  tags: labels,
  meta: record,
  loader: text,
  loaded_at_field: text,
  freshness: freshnessSchema,
  docs,
});

export const sourceSchema = z.strictObject({
  name: nameText,
  schema: text,
  database: text,
  description: text,
  config: record,
  tags: labels,
  meta: record,
  loader: text,
  loaded_at_field: text,
  freshness: freshnessSchema,
  tables: z.array(tableSchema).nullish(),
});

export const macroSchema = z.strictObject({
  name: z.string(),
  description: text,
  arguments: z.array(z.strictObject({ name: z.string(), type: text, description: text })).nullish(),
  meta: record,
  config: record,
  docs,
});

export const exposureSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['dashboard', 'notebook', 'analysis', 'ml', 'application']),
  owner: z.strictObject({ name: text, email: z.union([z.string(), z.array(z.string())]).nullish() }),
  label: text,
  url: text,
  maturity: z.enum(['high', 'medium', 'low']).nullish(),
  description: text,
  depends_on: z.array(z.string()).nullish(),
  tags: labels,
  meta: record,
  config: record,
});

const rows = z.union([z.array(z.record(z.string(), z.unknown())), z.string()]).nullish();
const format = z.enum(['dict', 'csv', 'sql']).nullish();

export const unitTestSchema = z.strictObject({
  name: z.string(),
  model: z.string(),
  description: text,
  given: z.array(z.strictObject({ input: z.string(), rows, format, fixture: text })).nullish(),
  expect: z.strictObject({ rows, format, fixture: text }),
  overrides: z.strictObject({ macros: record, vars: record, env_vars: record }).nullish(),
  tags: labels,
  meta: record,
  config: record,
});

export const singularTestSchema = z.strictObject({
  name: z.string(),
  description: text,
  config: record,
  meta: record,
  docs,
});

/** The lists a properties file may hold. */
export const propertiesSchema = z.strictObject({
  version: z.literal(2, 'must be 2').nullish(),
  models: z.array(z.unknown()).nullish(),
  seeds: z.array(z.unknown()).nullish(),
  sources: z.array(z.unknown()).nullish(),
  macros: z.array(z.unknown()).nullish(),
  exposures: z.array(z.unknown()).nullish(),
  unit_tests: z.array(z.unknown()).nullish(),
  data_tests: z.array(z.unknown()).nullish(),
  anchors: z.unknown().optional(),
});

export type ColumnYaml = z.infer<typeof columnSchema>;
export type ModelYaml = z.infer<typeof modelSchema>;
export type TableYaml = z.infer<typeof tableSchema>;
export type SourceYaml = z.infer<typeof sourceSchema>;
export type MacroYaml = z.infer<typeof macroSchema>;
export type ExposureYaml = z.infer<typeof exposureSchema>;
export type UnitTestYaml = z.infer<typeof unitTestSchema>;
export type SingularTestYaml = z.infer<typeof singularTestSchema>;
export type FreshnessYaml = z.infer<typeof freshnessSchema>;
