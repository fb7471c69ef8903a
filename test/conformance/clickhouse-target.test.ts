import { describe } from 'vitest';
import { openClickhouse } from '../../src/engines/index.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { startClickhouse } from './clickhouse-server.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { describeTarget } from './target-suite.ts';

const binaries = listPostgresBinaries();

describe.skipIf(!hasChdb || binaries === null)(
  `on ClickHouse with the state in PostgreSQL (install the package postgresql and ${CHDB_MISSING})`,
  () => {
    describeTarget('the demo company', async () => {
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
    });
  },
);
