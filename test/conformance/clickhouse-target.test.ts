import { describe } from 'vitest';
import { CLICKHOUSE_MISSING, hasClickhouse, startClickhouseTarget } from './target-servers.ts';
import { describeTarget } from './target-suite.ts';

describe.skipIf(!hasClickhouse)(`on ClickHouse, the state in PostgreSQL (${CLICKHOUSE_MISSING})`, () => {
  describeTarget('the demo company', startClickhouseTarget);
});
