import type { ClickHouseClientConfigOptions, ClickHouseSettings } from '@clickhouse/client';
import { TenureError } from '../../base/index.ts';
import { ClickhouseEngine } from './clickhouse-engine.ts';
import { CLUSTER_SETTINGS, type ClickhouseCluster } from './cluster-statements.ts';

export interface ClickhouseOptions {
  /** `http://host:8123` or `https://host:8443`. */
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  /** Other settings of every statement, for example `{ max_memory_usage: '20000000000' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** A cluster that the server is part of: every table lies on all of its shards (see `spreadStatement`). */
  readonly cluster?: ClickhouseCluster;
  /** A connection in place of HTTP, to an engine in this process, which reads files of this machine. */
  readonly connection?: NonNullable<ClickHouseClientConfigOptions['connection']>;
}

/** What makes ClickHouse answer as the other engines do. */
const SETTINGS: ClickHouseSettings & Readonly<Record<string, string | number>> = {
  // NULL, not '' or 0, where a join, a cast, a column of a new table or an aggregate has nothing.
  join_use_nulls: 1,
  cast_keep_nullable: 1,
  data_type_default_nullable: 1,
  aggregate_functions_null_for_empty: 1,
  insert_null_as_default: 0,
  use_variant_as_common_type: 0,
  union_default_mode: 'DISTINCT',
  except_default_mode: 'DISTINCT',
  intersect_default_mode: 'DISTINCT',
  // A name is a column before it is an alias of the same select.
  prefer_column_name_to_alias: 1,
  // A common table expression runs once, not once for each place that reads it.
  enable_materialized_cte: 1,
  // 26.7 takes two tables for one when it puts many joins into another order.
  query_plan_optimize_join_order_limit: 0,
  // Functions of dates give the wide types.
  enable_extended_results_for_datetime_functions: 1,
  session_timezone: 'UTC',
  date_time_input_format: 'best_effort',
  date_time_output_format: 'iso',
  // A table has as many months as a company has.
  max_partitions_per_insert_block: '0',
  // A score of hundreds of trees is one long statement.
  max_query_size: '104857600',
  max_parser_depth: '10000',
  max_ast_depth: '10000',
  max_ast_elements: '10000000',
  max_expanded_ast_elements: '10000000',
  max_parser_backtracks: '100000000',
  // An empty text in a file is one; what is unknown is `\N`.
  input_format_csv_empty_as_default: 0,
  // To the last bit.
  precise_float_parsing: 1,
  // A change of rows is done when its statement ends.
  mutations_sync: '2',
  lightweight_deletes_sync: '2',
  allow_nondeterministic_mutations: 1,
  decimal_check_overflow: 1,
  // A query that nobody waits for any more ends.
  cancel_http_readonly_queries_on_client_close: 1,
  // Something to read now and then, so that nobody between takes a long statement for a dead one.
  send_progress_in_http_headers: 1,
  http_headers_progress_interval_ms: '60000',
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_escape_forward_slashes: 0,
  output_format_json_quote_denormals: 1,
  output_format_decimal_trailing_zeros: 1,
};

/** A statement may run for hours; the client would give up after 30 seconds. */
const REQUEST_TIMEOUT_MS = 6 * 60 * 60 * 1000;
/** Room for a header of progress every minute of them. */
const MAX_HEADER_BYTES = 1024 * 1024;

/**
 * Opens a ClickHouse server (25.8 or later) as an engine. `@clickhouse/client` is an optional peer, loaded here.
 *
 * Nothing is sent yet: a server that is not there shows in the first statement.
 *
 * @throws TenureError DRIVER_MISSING when the client is not installed
 *
 * @example
 * const engine = await openClickhouse({ url: 'http://localhost:8123', username: 'default' });
 * const rows = await engine.query('select count(*) as n from marts.customer_lifetime_value');
 * await engine.close();
 */
export async function openClickhouse(options: ClickhouseOptions): Promise<ClickhouseEngine> {
  const driver = '@clickhouse/client';
  const { createClient, ClickHouseLogLevel } = await import('@clickhouse/client').catch((error: unknown) => {
    throw new TenureError('DRIVER_MISSING', { driver }, { cause: error });
  });
  const { url, username, password, connection, cluster, settings = {} } = options;
  const client = createClient({
    ...(url === undefined ? {} : { url }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(connection === undefined ? {} : { connection }),
    request_timeout: REQUEST_TIMEOUT_MS,
    max_response_headers_size: MAX_HEADER_BYTES,
    // Parameters that are too long for an address go into the body.
    use_multipart_params_auto: true,
    // An error is thrown; the client would also write it on stderr, with every setting.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { ...SETTINGS, ...(cluster === undefined ? {} : CLUSTER_SETTINGS), ...settings },
  });
  return new ClickhouseEngine({ client, isEmbedded: connection !== undefined, cluster: cluster ?? null });
}
