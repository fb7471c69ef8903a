import { describe } from 'vitest';
import { openPostgres } from '../../src/engines/index.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { describeTarget } from './target-suite.ts';

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)('in PostgreSQL (install the package postgresql to run this)', () => {
  describeTarget('the demo company', async () => {
    const server = startPostgres(binaries ?? '');
    return {
      target: 'postgres',
      environment: { TENURE_DATABASE_URL: server.connectionString },
      openWarehouse: () => openPostgres({ connectionString: server.connectionString }),
      stop: async () => server.stop(),
    };
  });
});
