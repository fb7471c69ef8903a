import { describe } from 'vitest';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';
import { describeModels } from './model-suite.ts';

describe.skipIf(!hasChdb)(`models on ClickHouse (${CHDB_MISSING})`, () => {
  const openEmbedded = async () => ({ engine: await openChdb(), stop: () => {} });
  // A build that goes on takes four minutes on chdb; that of the example company is compared.
  describeModels('the demo company', openEmbedded, { isContinued: false });
});
