import { openClickhouseStorage } from './clickhouse-storage.ts';
import { openDuckdbStorage } from './duckdb-storage.ts';
import { openPostgresStorage } from './postgres-storage.ts';
import type { Storage, StorageWorld } from './storage.ts';

/**
 * Where the data of a workspace lie, as `target` of its `tenure.yml` says. Nothing is opened yet.
 *
 * @throws TenureError DATABASE_URL_MISSING
 */
export function openStorage(world: StorageWorld): Storage {
  const { kind, config } = world.workspace;
  // Any small dbt project is built into a file of its own.
  if (kind === 'own' && config.target === 'postgres') return openPostgresStorage(world);
  if (kind === 'own' && config.target === 'clickhouse') return openClickhouseStorage(world);
  return openDuckdbStorage(world);
}
