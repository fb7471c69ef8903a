import { afterAll, describe } from 'vitest';
import { openPostgres } from '../../src/engines/index.ts';
import { describeEngine } from '../engines/engine-suite.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)('PostgreSQL (install the package postgresql to run this)', () => {
  const server = startPostgres(binaries ?? '');
  afterAll(() => server.stop());
  describeEngine('postgres', () => openPostgres({ connectionString: server.connectionString }));
});
