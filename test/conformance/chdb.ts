import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { openClickhouse } from '../../src/engines/index.ts';

/** True where chdb, ClickHouse as a package of 550 MB, is installed: `npm install --no-save chdb@3.4.0`. */
export const hasChdb = fs.existsSync(path.join(PACKAGE_ROOT, 'node_modules', 'chdb', 'package.json'));

/** Why a suite is skipped without it. */
export const CHDB_MISSING = 'run npm install --no-save chdb@3.4.0 to run this';

/** ClickHouse in this process: one database for all that open it, gone when the last is closed. */
export function openChdb(): ReturnType<typeof openClickhouse> {
  const { createChdbConnection } = createRequire(import.meta.url)('chdb/connection');
  return openClickhouse({ connection: createChdbConnection() });
}
