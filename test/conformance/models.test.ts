import { describe } from 'vitest';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import { describeModels } from './model-suite.ts';
import { listPostgresBinaries, type PostgresServer, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();

async function openServer(): Promise<{ engine: Engine; stop: () => void }> {
  const server: PostgresServer = startPostgres(binaries ?? '');
  const engine = await openPostgres({ connectionString: server.connectionString });
  return { engine, stop: () => server.stop() };
}

describe.skipIf(binaries === null)('models on PostgreSQL (install the package postgresql to run this)', () =>
  describeModels('the example company', openServer, { isContinued: true }),
);
