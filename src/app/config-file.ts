import fs from 'node:fs';
import path from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { TenureError } from '../base/index.ts';
import { PUBLISH_TARGETS } from '../publish/index.ts';
import { DEFAULT_LIFTS } from '../scoring/index.ts';

const dateText = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-03-14');

const configSchema = z.strictObject({
  /** The day the company is looked at, UTC; today when absent. */
  as_of: dateText.optional(),
  /** Variables of the dbt project, over its own defaults. */
  vars: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /**
   * Where the data lie: in files of the workspace, in PostgreSQL at TENURE_DATABASE_URL, or in ClickHouse at
   * TENURE_CLICKHOUSE_URL with the state in PostgreSQL.
   */
  target: z.enum(['duckdb', 'postgres', 'clickhouse']).default('duckdb'),
  /** What the target clickhouse takes beside its address. */
  clickhouse: z
    .strictObject({
      /** The cluster over which tables are spread, as `system.clusters` has it. */
      cluster: z.string().min(1),
    })
    .optional(),
  /** DuckDB's memory limit, for example `4GB`; 80 % of the machine when absent. */
  memory_limit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*(MB|GB|TB|MiB|GiB|TiB)$/, 'must be a size such as 4GB')
    .optional(),
  /** How many threads DuckDB uses; all cores when absent. */
  threads: z.int().positive().optional(),
  /**
   * Tiers of scores begin at so many times the share of customers with the event; with a capacity, critical and high hold so
   * many customers instead.
   */
  score_tiers: z
    .strictObject({
      critical: z.number().positive().default(DEFAULT_LIFTS.critical),
      high: z.number().positive().default(DEFAULT_LIFTS.high),
      medium: z.number().positive().default(DEFAULT_LIFTS.medium),
      capacity: z.strictObject({ critical: z.int().positive(), high: z.int().positive() }).optional(),
    })
    .refine(
      ({ critical, high, medium }) => critical > high && high > medium,
      'must fall from critical to medium',
    )
    .optional(),
  /** Where `tenure publish` writes to when it is not told; the address of a database is never written here. */
  publish: z
    .strictObject({
      to: z.enum(PUBLISH_TARGETS),
      /** A folder for parquet, a file for duckdb; from the folder of tenure.yml. */
      path: z.string().min(1).optional(),
      /** The environment variable with the address of the PostgreSQL database. */
      url_env: z.string().min(1).optional(),
      /** Or a file with nothing but that address; from the folder of tenure.yml. */
      url_file: z.string().min(1).optional(),
    })
    .optional(),
});

export type Config = Readonly<z.infer<typeof configSchema>>;

const AS_OF_HINT = '# as_of: 2026-03-14';

const CONFIG_TEMPLATE = `# Tenure workspace. Every setting is optional; this file marks the folder as a workspace.

# The day the company is looked at (UTC). Without it: today.
${AS_OF_HINT}

# Variables of the dbt project (see the vars in its dbt_project.yml).
# vars:
#   attribution_model: last_touch

# Two files may lie beside this one: health.yml says how the health score comes about, targets.yml what metrics are held
# against (docs/health.md). Without them: as in the package, and no targets.

# A customer's tier of churn or expansion begins at so many times the share of customers that leave or expand in 90 days.
# score_tiers: {critical: 4, high: 2, medium: 1}
# Or: as many customers as the team can look after.
# score_tiers: {capacity: {critical: 25, high: 75}}

# Where the data lie: duckdb (files beside this one); postgres, in the database that the environment variable
# TENURE_DATABASE_URL names (docs/postgres.md); or clickhouse, on the server that TENURE_CLICKHOUSE_URL names, with what the
# application remembers in that database of PostgreSQL (docs/clickhouse.md).
# target: duckdb
# A cluster that the ClickHouse server is part of: tables are spread over its shards.
# clickhouse: {cluster: main}

# Where tenure publish writes marts and metrics to (docs/publish.md): postgres, or with a path parquet or duckdb. The address
# of a database stands in the environment, by default as TENURE_POSTGRES_URL.
# publish: {to: postgres}

# Limits for DuckDB. Without them: 80 % of the memory and all cores.
# memory_limit: 4GB
# threads: 4
`;

/** A workspace's configuration file, commented, as `tenure init` writes it; with the day it is looked at, if given. */
export function renderConfig(asOf?: string): string {
  return asOf === undefined ? CONFIG_TEMPLATE : CONFIG_TEMPLATE.replace(AS_OF_HINT, `as_of: ${asOf}`);
}

/**
 * Reads `tenure.yml`.
 *
 * @throws TenureError CONFIG_INVALID naming file, line, setting and what is wrong with it
 */
export function readConfig(file: string): Config {
  const lines = new LineCounter();
  // The core schema leaves a date such as 2026-03-14 a string.
  const document = parseDocument(fs.readFileSync(file, 'utf8'), { lineCounter: lines, schema: 'core' });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line } = lines.linePos(syntaxError.pos[0]);
    throw new TenureError('CONFIG_INVALID', {
      file: `${file}:${line}`,
      path: 'YAML',
      problem: syntaxError.message,
    });
  }
  const result = configSchema.safeParse(document.contents === null ? {} : document.toJS());
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const keys = (issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : (issue?.path ?? [])).map(
    String,
  );
  const pair = isMap(document.contents)
    ? document.contents.items.find((item) => String(item.key) === keys[0])
    : undefined;
  const offset = (pair?.key as { range?: readonly number[] } | undefined)?.range?.[0] ?? 0;
  throw new TenureError('CONFIG_INVALID', {
    file: `${path.normalize(file)}:${lines.linePos(offset).line}`,
    path: keys.join('.'),
    problem: issue?.message ?? 'is invalid',
  });
}
