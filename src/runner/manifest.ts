/**
 * The compiled project as plain data, in the shape of dbt's `manifest.json` version 12
 * (schemas.getdbt.com, `manifest/v12.json`): what is written to disk is what the runner works on.
 */
export type ResourceType = 'model' | 'seed' | 'test' | 'unit_test' | 'source' | 'exposure';
export type Materialization = 'view' | 'table' | 'incremental' | 'ephemeral' | 'seed' | 'test';

export interface NodeColumn {
  readonly name: string;
  readonly description: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly data_type: string | null;
  readonly constraints: readonly unknown[];
  readonly quote: boolean | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

export interface NodeConfig {
  readonly enabled: boolean;
  readonly alias: string | null;
  readonly schema: string | null;
  readonly database: string | null;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly group: string | null;
  readonly materialized: Materialization;
  readonly incremental_strategy: string | null;
  readonly unique_key: string | readonly string[] | null;
  readonly on_schema_change: 'ignore' | 'fail' | 'append_new_columns' | 'sync_all_columns';
  readonly full_refresh: boolean | null;
  /** dbt's postgres and duckdb `indexes` config. */
  readonly indexes: readonly {
    readonly columns: readonly string[];
    readonly unique?: boolean;
    /** PostgreSQL only: `btree`, `hash`, `gin` … */
    readonly type?: string;
  }[];
  readonly column_types: Readonly<Record<string, string>>;
  readonly quote_columns: boolean | null;
  readonly delimiter: string;
  /** Tests only. */
  readonly severity: string;
  readonly warn_if: string;
  readonly error_if: string;
  readonly where: string | null;
  readonly limit: number | null;
  readonly fail_calc: string;
  readonly store_failures: boolean | null;
  readonly 'pre-hook': readonly { readonly sql: string; readonly transaction: boolean }[];
  readonly 'post-hook': readonly { readonly sql: string; readonly transaction: boolean }[];
  /** Anything else a project sets in `config`, kept so that `config.get` finds it. */
  readonly [extra: string]: unknown;
}

export interface DependsOn {
  readonly macros: readonly string[];
  readonly nodes: readonly string[];
}

/** A model, seed or data test. */
export interface ManifestNode {
  readonly unique_id: string;
  readonly resource_type: 'model' | 'seed' | 'test';
  readonly package_name: string;
  readonly name: string;
  readonly alias: string;
  readonly database: string | null;
  readonly schema: string;
  /** Relative to the project root, for example `marts/customer_lifetime_value.sql`. */
  readonly path: string;
  readonly original_file_path: string;
  /** Absolute: where to read a seed's rows or report an error. Not written to disk. */
  readonly root_path: string;
  readonly fqn: readonly string[];
  readonly tags: readonly string[];
  readonly description: string;
  readonly columns: Readonly<Record<string, NodeColumn>>;
  readonly config: NodeConfig;
  readonly checksum: { readonly name: string; readonly checksum: string };
  readonly depends_on: DependsOn;
  readonly refs: readonly {
    readonly name: string;
    readonly package: string | null;
    readonly version: null;
  }[];
  readonly sources: readonly (readonly [string, string])[];
  readonly raw_code: string;
  readonly language: 'sql';
  readonly patch_path: string | null;
  readonly relation_name: string | null;
  readonly compiled: boolean;
  readonly compiled_code: string | null;
  readonly compiled_path: string | null;
  /** Generic tests only. */
  readonly test_metadata?: {
    readonly name: string;
    readonly kwargs: Readonly<Record<string, unknown>>;
    readonly namespace: string | null;
  };
  readonly column_name?: string | null;
  /** The node a test is about: its children wait for the test. */
  readonly attached_node?: string | null;
}

export interface SourceFreshness {
  readonly warn_after: { readonly count: number; readonly period: 'minute' | 'hour' | 'day' } | null;
  readonly error_after: { readonly count: number; readonly period: 'minute' | 'hour' | 'day' } | null;
  readonly filter: string | null;
}

export interface ManifestSource {
  readonly unique_id: string;
  readonly resource_type: 'source';
  readonly package_name: string;
  readonly source_name: string;
  readonly source_description: string;
  readonly name: string;
  readonly identifier: string;
  readonly database: string | null;
  readonly schema: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly fqn: readonly string[];
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly description: string;
  readonly columns: Readonly<Record<string, NodeColumn>>;
  readonly loaded_at_field: string | null;
  readonly freshness: SourceFreshness | null;
  readonly config: { readonly enabled: boolean; readonly [extra: string]: unknown };
  readonly relation_name: string;
}

/** Rows of a unit test: objects for `dict`, CSV text for `csv`, a query for `sql`. */
export interface UnitTestRows {
  readonly format: 'dict' | 'csv' | 'sql';
  readonly rows: readonly Readonly<Record<string, unknown>>[] | string | null;
  readonly fixture: string | null;
}

export interface UnitTestGiven extends UnitTestRows {
  /** `ref('x')`, `source('a', 'b')` or `this`, as written. */
  readonly input: string;
}

export interface ManifestUnitTest {
  readonly unique_id: string;
  readonly resource_type: 'unit_test';
  readonly package_name: string;
  readonly name: string;
  readonly model: string;
  readonly description: string;
  readonly given: readonly UnitTestGiven[];
  readonly expect: UnitTestRows;
  readonly overrides: {
    readonly macros: Readonly<Record<string, unknown>>;
    readonly vars: Readonly<Record<string, unknown>>;
    readonly env_vars: Readonly<Record<string, string>>;
  } | null;
  readonly path: string;
  readonly original_file_path: string;
  readonly fqn: readonly string[];
  readonly depends_on: DependsOn;
  readonly config: {
    readonly tags: readonly string[];
    readonly meta: Readonly<Record<string, unknown>>;
    readonly enabled: boolean;
  };
  readonly schema: string;
  readonly checksum: string | null;
  /** The tested model. */
  readonly tested_node_unique_id: string;
}

export interface ManifestMacro {
  readonly unique_id: string;
  readonly resource_type: 'macro';
  readonly package_name: string;
  readonly name: string;
  readonly path: string;
  readonly original_file_path: string;
  readonly macro_sql: string;
  readonly depends_on: { readonly macros: readonly string[] };
  readonly description: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly docs: { readonly show: boolean; readonly node_color: string | null };
  readonly patch_path: string | null;
  readonly arguments: readonly unknown[];
  readonly created_at: number;
  readonly supported_languages: null;
  /** Absolute, and the line on which the macro begins: where to report a fault. Not written to disk. */
  readonly root_path: string;
  readonly first_line: number;
}

export interface ManifestExposure {
  readonly unique_id: string;
  readonly resource_type: 'exposure';
  readonly package_name: string;
  readonly name: string;
  readonly type: string;
  readonly label: string | null;
  readonly url: string | null;
  readonly maturity: string | null;
  readonly description: string;
  readonly owner: { readonly name: string | null; readonly email: string | null };
  readonly depends_on: DependsOn;
  readonly path: string;
  readonly original_file_path: string;
  readonly fqn: readonly string[];
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface Manifest {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nodes: Readonly<Record<string, ManifestNode>>;
  readonly sources: Readonly<Record<string, ManifestSource>>;
  readonly macros: Readonly<Record<string, ManifestMacro>>;
  readonly docs: Readonly<Record<string, unknown>>;
  readonly exposures: Readonly<Record<string, ManifestExposure>>;
  readonly metrics: Readonly<Record<string, never>>;
  readonly groups: Readonly<Record<string, never>>;
  readonly selectors: Readonly<Record<string, never>>;
  readonly disabled: Readonly<Record<string, readonly ManifestNode[]>>;
  readonly parent_map: Readonly<Record<string, readonly string[]>>;
  readonly child_map: Readonly<Record<string, readonly string[]>>;
  readonly group_map: Readonly<Record<string, never>>;
  readonly saved_queries: Readonly<Record<string, never>>;
  readonly semantic_models: Readonly<Record<string, never>>;
  readonly unit_tests: Readonly<Record<string, ManifestUnitTest>>;
}
