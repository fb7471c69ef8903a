import type { PoolClient } from 'pg';
import { errorText, quoteIdentifier, TenureError } from '../../base/index.ts';
import { PostgresEngine, runStatement } from './postgres-engine.ts';

export interface PostgresOptions {
  /** `postgres://user@host/database`; what it leaves out comes from the environment, as libpq reads it. */
  readonly connectionString: string;
  /** Schemas in which a bare name is looked up, first match wins. */
  readonly searchPath?: readonly string[];
  /** Other settings of the session, for example `{ statement_timeout: '60s' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** At most so many connections of one engine and those beside it: PostgreSQL allows 100 unless told, for all processes. */
const MAX_CONNECTIONS = 32;

function renderSetup({ searchPath = [], settings = {} }: PostgresOptions): string {
  const path = searchPath.map(quoteIdentifier).join(', ');
  return [
    `set timezone = 'UTC'`,
    ...(path === '' ? [] : [`set search_path = ${path}`]),
    ...Object.entries(settings).map(
      ([name, value]) => `set ${quoteIdentifier(name)} = '${value.replaceAll("'", "''")}'`,
    ),
  ].join('; ');
}

/**
 * Opens a PostgreSQL database (15 or later) as an engine. `pg` is an optional peer, loaded here.
 *
 * @throws TenureError DRIVER_MISSING when `pg` is not installed, QUERY_FAILED when the server refuses
 *
 * @example
 * const engine = await openPostgres({ connectionString: 'postgres://localhost/acme', searchPath: ['marts'] });
 * const rows = await engine.query('select count(*) as n from customer_lifetime_value');
 * await engine.close();
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresEngine> {
  const pg = await import('pg').catch((error: unknown) => {
    throw new TenureError('DRIVER_MISSING', { driver: 'pg' }, { cause: error });
  });
  const pool = new pg.default.Pool({
    connectionString: options.connectionString,
    max: MAX_CONNECTIONS,
    // A connection that is not used does not keep the process alive.
    allowExitOnIdle: true,
  });
  // A server that goes away ends idle connections; the next statement says so.
  pool.on('error', () => {});
  // One that is in use tells its statement; without a listener here it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => {}));
  const setup = renderSetup(options);
  const open = async (): Promise<PoolClient> => {
    try {
      const client = await pool.connect();
      await runStatement(client, setup, []);
      return client;
    } catch (error) {
      if (error instanceof TenureError) throw error;
      throw new TenureError('QUERY_FAILED', { problem: errorText(error) }, { cause: error });
    }
  };
  try {
    return new PostgresEngine({ open, end: () => pool.end() }, await open());
  } catch (error) {
    await pool.end();
    throw error;
  }
}
