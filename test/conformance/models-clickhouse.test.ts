import { describe } from 'vitest';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';
import { describeModels } from './model-suite.ts';

describe.skipIf(!hasChdb)(`models on ClickHouse (${CHDB_MISSING})`, () => {
  const openEmbedded = async () => ({ engine: await openChdb(), stop: () => {} });
  describeModels('the example company', openEmbedded, { isContinued: true });
});
