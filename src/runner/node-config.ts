import { z } from 'zod';
import type { NodeConfig } from './manifest.ts';
import { invalid, unsupported } from './source-text.ts';
import { isRecord } from './template-values.ts';

/** Configuration from one place: a folder of `dbt_project.yml`, a properties file, or `config()` in a file. */
export interface ConfigLayer {
  readonly values: Readonly<Record<string, unknown>>;
  placeOf(key: string): { readonly file: string; readonly line: number };
}

export const MATERIALIZATIONS = ['view', 'table', 'incremental', 'ephemeral'] as const;

const hook = z.union([
  z.string().transform((sql) => ({ sql, transaction: true })),
  z.strictObject({ sql: z.string(), transaction: z.boolean().default(true) }),
]);
const hookList = z
  .union([z.array(hook), hook])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const labelList = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const countRule = z.string();

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  enabled: z.boolean(),
  alias: z.string().nullable(),
  schema: z.string().nullable(),
  database: z.string().nullable(),
  tags: labelList,
  meta: z.record(z.string(), z.unknown()),
  materialized: z.string(),
  incremental_strategy: z.string().nullable(),
  unique_key: z.union([z.string(), z.array(z.string())]).nullable(),
  on_schema_change: z.enum(['ignore', 'fail', 'append_new_columns', 'sync_all_columns']),
  full_refresh: z.boolean().nullable(),
  indexes: z.array(
    z.strictObject({
      columns: z.array(z.string()),
      unique: z.boolean().optional(),
      type: z.string().optional(),
    }),
  ),
  column_types: z.record(z.string(), z.string()),
  quote_columns: z.boolean().nullable(),
  delimiter: z.string().min(1),
  severity: z.string().regex(/^(error|warn)$/i, 'must be error or warn'),
  warn_if: countRule,
  error_if: countRule,
  where: z.string().nullable(),
  limit: z.number().int().positive().nullable(),
  fail_calc: z.string(),
  store_failures: z.boolean().nullable(),
  'pre-hook': hookList,
  'post-hook': hookList,
  description: z.string(),
};

/** Configurations that would change what is built, and that this runner does not carry out. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  sql_header: 'sql_header',
  grants: 'grants',
  incremental_predicates: 'incremental_predicates',
  batch_size: 'microbatch models',
  python_version: 'Python models',
  store_failures_as: 'store_failures_as',
  location: 'external materializations (location)',
  partitioned_by: 'partitioned_by',
};

/** Settings that add to what an outer place set, rather than replace it. */
const LISTS = new Set(['tags', 'pre-hook', 'post-hook']);
const RECORDS = new Set(['meta', 'column_types']);
const ALIASES: Readonly<Record<string, string>> = { pre_hook: 'pre-hook', post_hook: 'post-hook' };

const DEFAULTS: NodeConfig = {
  enabled: true,
  alias: null,
  schema: null,
  database: null,
  tags: [],
  meta: {},
  group: null,
  materialized: 'view',
  incremental_strategy: null,
  unique_key: null,
  on_schema_change: 'ignore',
  full_refresh: null,
  indexes: [],
  column_types: {},
  quote_columns: null,
  delimiter: ',',
  severity: 'ERROR',
  warn_if: '!= 0',
  error_if: '!= 0',
  where: null,
  limit: null,
  fail_calc: 'count(*)',
  store_failures: null,
  'pre-hook': [],
  'post-hook': [],
};

export type ConfiguredKind = 'model' | 'seed' | 'test';

/** The name of a setting without dbt's leading `+` and in its written form. */
export function settingName(key: string): string {
  const name = key.replace(/^\+/, '');
  return ALIASES[name] ?? name;
}

function assertSupported(key: string, value: unknown, place: { file: string; line: number }): void {
  const feature = UNSUPPORTED[key];
  const isEmpty = value === null || value === false || (isRecord(value) && Object.keys(value).length === 0);
  if (feature !== undefined && !isEmpty) throw unsupported(place, feature, Object.keys(SCHEMAS).join(', '));
  if (key === 'contract' && isRecord(value) && value['enforced'] === true) {
    throw unsupported(place, 'an enforced contract', 'data_tests on the columns');
  }
}

function parseSetting(key: string, value: unknown, place: { file: string; line: number }): unknown {
  const schema = SCHEMAS[key];
  if (schema === undefined) return value;
  if (value === null) return DEFAULTS[key] ?? null;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    place,
    `config ${key}: ${result.error.issues[0]?.message.replace(/^Invalid input: /, '') ?? 'invalid'}`,
  );
}

function assertMaterialized(
  kind: ConfiguredKind,
  value: unknown,
  place: { file: string; line: number },
): void {
  const allowed: readonly string[] = kind === 'model' ? MATERIALIZATIONS : [kind];
  if (!allowed.includes(String(value))) {
    throw unsupported(place, `the materialization ${String(value)} of a ${kind}`, allowed.join(', '));
  }
}

/**
 * Lays configurations over one another, the outermost first: tags and hooks add up, `meta` and `column_types`
 * merge, all else is replaced. Throws `PROJECT_INVALID` and `PROJECT_UNSUPPORTED` with the place of the setting.
 */
export function buildNodeConfig(kind: ConfiguredKind, layers: readonly ConfigLayer[]): NodeConfig {
  const merged: Record<string, unknown> = { ...DEFAULTS, materialized: kind === 'model' ? 'view' : kind };
  for (const layer of layers) {
    for (const [written, value] of Object.entries(layer.values)) {
      const key = settingName(written);
      assertSupported(key, value, layer.placeOf(written));
      const parsed = parseSetting(key, value, layer.placeOf(written));
      if (key === 'materialized') assertMaterialized(kind, parsed, layer.placeOf(written));
      if (LISTS.has(key))
        merged[key] = [...new Set([...(merged[key] as unknown[]), ...(parsed as unknown[])])];
      else if (RECORDS.has(key)) merged[key] = { ...(merged[key] as object), ...(parsed as object) };
      else merged[key] = parsed;
    }
  }
  return merged as unknown as NodeConfig;
}

/** True when a layer before the file itself switches a node off. */
export function isSwitchedOff(layers: readonly ConfigLayer[]): boolean {
  let enabled = true;
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer.values)) {
      if (settingName(key) === 'enabled') enabled = value !== false;
    }
  }
  return !enabled;
}
