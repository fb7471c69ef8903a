import { DuckDBInstance } from '@duckdb/node-api';
import { errorText, quoteIdentifier, quoteLiteral, TenureError } from '../../base/index.ts';
import { DuckdbEngine } from './duckdb-engine.ts';
import { openClaim } from './open-files.ts';

export interface DuckdbOptions {
  /** The database file, created when absent; `':memory:'` for one that is gone with the engine. */
  readonly path: string;
  /** The name the file's database has in SQL; its relations are written without it. */
  readonly alias?: string;
  readonly isReadOnly?: boolean;
  /**
   * True for a file that is of no use before it is finished: it gets no write-ahead log, so a statement need not wait
   * for the disk, and what is in it counts from the next checkpoint on.
   */
  readonly isConstruction?: boolean;
  /** True for a new file that other programs read: in the format that DuckDB reads since 1.0. */
  readonly isPortable?: boolean;
  /** Schemas in which a bare name is looked up, first match wins. */
  readonly searchPath?: readonly string[];
  /** The day that `current_date` and `today()` say, `YYYY-MM-DD`; that of the clock when absent. */
  readonly today?: string;
  /** DuckDB settings, for example `{ memory_limit: '2GB', threads: '2' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The format of new files: the latest this version of DuckDB can write, for its compression of text. */
const STORAGE_VERSION = 'latest';
const PORTABLE_VERSION = 'v1.0.0';

/** `dict_fsst` does what these two did, in less time and space; left on, they are tried on every column of text. */
const COMPRESSION = { disabled_compression_methods: 'dictionary,fsst' };

/** DuckDB only keeps count of how far a statement is when it is to show that; the showing is ours. */
const PROGRESS = ['set enable_progress_bar = true', 'set enable_progress_bar_print = false'];

function buildSetup(options: DuckdbOptions): readonly string[] {
  const setup = [`set TimeZone = 'UTC'`, ...PROGRESS];
  if (options.today !== undefined) {
    // A macro of the session stands before the function of the same name.
    for (const name of ['current_date', 'today']) {
      setup.push(`create or replace temp macro ${name}() as date ${quoteLiteral(options.today)}`);
    }
  }
  if (options.path === ':memory:') return setup;
  const alias = options.alias ?? 'warehouse';
  setup.push(`use ${quoteIdentifier(alias)}`);
  if (options.searchPath !== undefined && options.searchPath.length > 0) {
    const schemas = options.searchPath.map((schema) => `${alias}.${quoteIdentifier(schema)}`);
    setup.push(`set search_path = ${quoteLiteral(schemas.join(','))}`);
  }
  return setup;
}

function renderAttach(options: DuckdbOptions): string {
  const version = options.isPortable === true ? PORTABLE_VERSION : STORAGE_VERSION;
  const modes = options.isReadOnly === true ? ['read_only'] : [`storage_version '${version}'`];
  if (options.isConstruction === true) modes.push(`recovery_mode 'no_wal_writes'`);
  const alias = quoteIdentifier(options.alias ?? 'warehouse');
  return `attach ${quoteLiteral(options.path)} as ${alias} (${modes.join(', ')})`;
}

function buildOpenFailure(error: unknown, file: string): TenureError {
  const problem = errorText(error);
  if (/could not set lock|conflicting lock|being used by another/i.test(problem)) {
    return new TenureError('DATABASE_OWNED', { path: file }, { cause: error });
  }
  return new TenureError('DATABASE_UNREADABLE', { path: file, problem }, { cause: error });
}

/**
 * Opens a DuckDB file as an engine. The file is claimed by its real path until the engine closes.
 *
 * @throws TenureError DATABASE_OPEN_TWICE when this process has it open, DATABASE_OWNED when another has,
 *   DATABASE_UNREADABLE when it is no DuckDB file or cannot be read
 *
 * @example
 * const engine = await openDuckdb({ path: 'warehouse.duckdb', isReadOnly: true, searchPath: ['marts'] });
 * const rows = await engine.query('select count(*) as n from customer_lifetime_value');
 * await engine.close();
 */
export async function openDuckdb(options: DuckdbOptions): Promise<DuckdbEngine> {
  const isMemory = options.path === ':memory:';
  const release = isMemory ? () => {} : openClaim(options.path, options.isReadOnly ?? false);
  let instance: DuckDBInstance | undefined;
  try {
    // The extensions Tenure needs are linked in; nothing is ever fetched.
    const compression = options.isPortable === true ? {} : COMPRESSION;
    const settings = { autoinstall_known_extensions: 'false', ...compression, ...options.settings };
    const opened = await DuckDBInstance.create(':memory:', settings);
    instance = opened;
    const connection = await opened.connect();
    if (!isMemory) await connection.run(renderAttach(options));
    const setup = buildSetup(options);
    for (const statement of setup) await connection.run(statement);
    const close = () => {
      opened.closeSync();
      release();
    };
    const isReadOnly = options.isReadOnly === true;
    return new DuckdbEngine({ instance: opened, setup, isReadOnly, release: close }, connection);
  } catch (error) {
    instance?.closeSync();
    release();
    throw buildOpenFailure(error, options.path);
  }
}
