import { afterAll, beforeAll, describe } from 'vitest';
import { openClickhouse } from '../../src/engines/index.ts';
import { describeEngine } from '../engines/engine-suite.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { type ClickhouseServer, startClickhouse } from './clickhouse-server.ts';

describe.skipIf(!hasChdb)(`ClickHouse over HTTP (${CHDB_MISSING})`, () => {
  let server: ClickhouseServer;
  beforeAll(async () => {
    server = await startClickhouse();
  });
  afterAll(() => server.stop());

  describeEngine('clickhouse over HTTP', () => openClickhouse({ url: server.url }));
});
