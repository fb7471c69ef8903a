import { type Engine, openClickhouse, openPostgres } from '../../src/engines/index.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { startClickhouse } from './clickhouse-server.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

/** Servers that a workspace's data lie on. */
export interface TargetServers {
  readonly target: 'postgres' | 'clickhouse';
  /** Their addresses, as every process of Tenure has them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the warehouse lies, by the plain names of its schemas. */
  openWarehouse(): Promise<Engine>;
  stop(): Promise<void>;
}

const binaries = listPostgresBinaries();

export const hasPostgres = binaries !== null;
/** Why a suite is skipped without it. */
export const POSTGRES_MISSING = 'install the package postgresql to run this';

export const hasClickhouse = hasPostgres && hasChdb;
export const CLICKHOUSE_MISSING = `install the package postgresql, and ${CHDB_MISSING}`;

export async function startPostgresTarget(): Promise<TargetServers> {
  const { connectionString, stop } = startPostgres(binaries ?? '');
  return {
    target: 'postgres',
    environment: { TENURE_DATABASE_URL: connectionString },
    openWarehouse: () => openPostgres({ connectionString }),
    stop: async () => stop(),
  };
}

export async function startClickhouseTarget(): Promise<TargetServers> {
  const [database, server] = [startPostgres(binaries ?? ''), await startClickhouse()];
  return {
    target: 'clickhouse',
    environment: { TENURE_DATABASE_URL: database.connectionString, TENURE_CLICKHOUSE_URL: server.url },
    openWarehouse: () => openClickhouse({ url: server.url }),
    stop: async () => {
      database.stop();
      await server.stop();
    },
  };
}
