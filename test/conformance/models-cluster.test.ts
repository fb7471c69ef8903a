import { describe } from 'vitest';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { openCluster } from './clickhouse-server.ts';
import { describeModels } from './model-suite.ts';

/** A minute and a half for what is on no real cluster, so not with every run of the suites. */
const isWanted = process.env['TENURE_LONG_TESTS'] === '1';

describe.skipIf(!hasChdb || !isWanted)(
  `models over Distributed tables (set TENURE_LONG_TESTS=1; ${CHDB_MISSING})`,
  () => {
    const open = async () => {
      const { engine, server } = await openCluster('main');
      return { engine, stop: () => void server.stop() };
    };
    // A warehouse on a server is always built anew.
    describeModels('the example company', open, { isContinued: false });
  },
);
