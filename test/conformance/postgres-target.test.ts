import { describe } from 'vitest';
import { hasPostgres, POSTGRES_MISSING, startPostgresTarget } from './target-servers.ts';
import { describeTarget } from './target-suite.ts';

describe.skipIf(!hasPostgres)(`in PostgreSQL (${POSTGRES_MISSING})`, () => {
  describeTarget('the demo company', startPostgresTarget);
});
