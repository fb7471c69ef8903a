import { TenureError } from '../../base/index.ts';
import type { Engine } from '../../engines/index.ts';
import { fetchPlace, type KnownWarehouse } from './clickhouse-layout-store.ts';
import type { ClickhouseServer } from './clickhouse-server.ts';
import type { WarehouseReaders } from './storage.ts';

/** Connections that look at one build, so that what they found out of it stays known. */
interface Idle {
  readonly buildId: string;
  readonly engines: Engine[];
}

export interface ReadersOptions {
  fetchCurrent(): Promise<KnownWarehouse | null>;
  readonly server: ClickhouseServer;
  readonly place: string;
}

/**
 * Readers of the current warehouse of a ClickHouse server. It stays until the second build after it has begun, so nobody has to
 * wait for who reads it.
 */
export function openClickhouseReaders({ fetchCurrent, server, place }: ReadersOptions): WarehouseReaders {
  let idle: Idle = { buildId: '', engines: [] };
  return {
    read: async (work) => {
      const current = await fetchCurrent();
      if (current === null) throw new TenureError('WAREHOUSE_MISSING', { path: place });
      if (idle.buildId !== current.buildId) idle = { buildId: current.buildId, engines: [] };
      const mine = idle;
      const engine =
        mine.engines.pop() ??
        (await server.connect({
          ...(await fetchPlace(await server.connect(), current.number)),
          isFrozen: true,
          isReadOnly: true,
        }));
      try {
        return await work(engine);
      } finally {
        mine.engines.push(engine);
      }
    },
    close: async () => {
      idle = { buildId: '', engines: [] };
    },
  };
}
