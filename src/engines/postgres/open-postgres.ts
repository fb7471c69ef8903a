import type { PoolClient } from 'pg';
import { errorText, quoteIdentifier, quoteLiteral, TenureError } from '../../base/index.ts';
import { PostgresEngine, runStatement } from './postgres-engine.ts';

/** How a connection is put in place. */
export interface PostgresPlace {
  /** Schemas in which a bare name is looked up, first match wins. */
  readonly searchPath?: readonly string[];
  /** Other settings of the session, for example `{ statement_timeout: '60s' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `Engine.schemaPrefix`. */
  readonly schemaPrefix?: string;
  /** True where whoever connects sees to it that nothing changes meanwhile. */
  readonly isFrozen?: boolean;
}

export interface PostgresOptions extends PostgresPlace {
  /** `postgres://user@host/database`; what it leaves out comes from the environment, as libpq reads it. */
  readonly connectionString: string;
}

/** Connections to a database, kept for whoever needs one next. */
export interface PostgresPool {
  /**
   * @param onClose called when the engine has closed
   * @throws TenureError DATABASE_UNREACHABLE
   */
  connect(place?: PostgresPlace, onClose?: () => Promise<void>): Promise<PostgresEngine>;
  end(): Promise<void>;
}

/** At most so many connections of one pool: PostgreSQL allows 100 unless told, for all processes. */
const MAX_CONNECTIONS = 32;

function renderSetup({ searchPath = [], settings = {} }: PostgresPlace): string {
  const path = searchPath.map(quoteIdentifier).join(', ');
  return [
    `set timezone = 'UTC'`,
    ...(path === '' ? [] : [`set search_path = ${path}`]),
    ...Object.entries(settings).map(
      ([name, value]) => `set ${quoteIdentifier(name)} = ${quoteLiteral(value)}`,
    ),
  ].join('; ');
}

/**
 * Opens a pool of connections to a PostgreSQL database (15 or later). `pg` is an optional peer, loaded here. Connections that
 * nobody uses do not keep the process alive.
 *
 * @throws TenureError DRIVER_MISSING when `pg` is not installed
 */
export async function openPostgresPool(connectionString: string): Promise<PostgresPool> {
  const pg = await import('pg').catch((error: unknown) => {
    throw new TenureError('DRIVER_MISSING', { driver: 'pg' }, { cause: error });
  });
  const pool = new pg.default.Pool({ connectionString, max: MAX_CONNECTIONS, allowExitOnIdle: true });
  // A server that goes away ends idle connections; the next statement says so.
  pool.on('error', () => {});
  // One that is in use tells its statement; without a listener here it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    connect: async (place = {}, onClose) => {
      const setup = renderSetup(place);
      const open = async (): Promise<PoolClient> => {
        try {
          const client = await pool.connect();
          await runStatement(client, setup, []);
          return client;
        } catch (error) {
          if (error instanceof TenureError) throw error;
          throw new TenureError('DATABASE_UNREACHABLE', { problem: errorText(error) }, { cause: error });
        }
      };
      const { schemaPrefix = '', isFrozen = false } = place;
      return new PostgresEngine({ open, schemaPrefix, isFrozen }, await open(), onClose);
    },
    end: () => pool.end(),
  };
}

/**
 * Opens a PostgreSQL database (15 or later) as an engine, with a pool of its own.
 *
 * @throws TenureError DRIVER_MISSING when `pg` is not installed, DATABASE_UNREACHABLE
 *
 * @example
 * const engine = await openPostgres({ connectionString: 'postgres://localhost/acme', searchPath: ['marts'] });
 * const rows = await engine.query('select count(*) as n from customer_lifetime_value');
 * await engine.close();
 */
export async function openPostgres({ connectionString, ...place }: PostgresOptions): Promise<PostgresEngine> {
  const pool = await openPostgresPool(connectionString);
  try {
    return await pool.connect(place, () => pool.end());
  } catch (error) {
    await pool.end();
    throw error;
  }
}
