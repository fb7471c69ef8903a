import { TenureError } from '../../base/index.ts';
import type { Engine, PostgresPool } from '../../engines/index.ts';
import { fetchSearchPath, fetchSwap, withLock } from './postgres-layout-store.ts';
import type { WarehouseReaders } from './storage.ts';

/** Connections that look at one build, so that what they found out of it stays known. */
interface Idle {
  readonly buildId: string;
  readonly engines: Engine[];
}

/**
 * Readers of the last good warehouse of a PostgreSQL database. Who reads holds a lock that the swap of a warehouse waits for,
 * so that it sees one warehouse from its beginning to its end.
 */
export function openPostgresReaders(pool: () => Promise<PostgresPool>, place: string): WarehouseReaders {
  let idle: Idle = { buildId: '', engines: [] };

  const closeIdle = async (): Promise<void> => {
    for (const engine of idle.engines.splice(0)) await engine.close();
  };
  /** A connection that looks at the build that is there now; the lock is held by the connection that asks. */
  const findEngine = async (asking: Engine, buildId: string): Promise<Engine> => {
    if (idle.buildId !== buildId) {
      await closeIdle();
      idle = { buildId, engines: [] };
    }
    const known = idle.engines.pop();
    if (known !== undefined) return known;
    const searchPath = await fetchSearchPath(asking);
    return (await pool()).connect({ searchPath, isFrozen: true });
  };
  return {
    read: async (work) => {
      const lock = await (await pool()).connect();
      try {
        return await withLock(lock, { lock: 'warehouse', isShared: true }, async () => {
          const swap = await fetchSwap(lock);
          if (swap === null) throw new TenureError('WAREHOUSE_MISSING', { path: place });
          const engine = await findEngine(lock, swap.buildId);
          try {
            return await work(engine);
          } finally {
            if (idle.buildId === swap.buildId) idle.engines.push(engine);
            else await engine.close();
          }
        });
      } finally {
        await lock.close();
      }
    },
    close: closeIdle,
  };
}
