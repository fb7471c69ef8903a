import type { DuckdbEngine } from '../../engines/index.ts';
import type { Workspace } from '../workspace.ts';
import { openWarehouse } from './duckdb-warehouse-store.ts';
import { readFileStamp } from './file-stamp.ts';
import type { WarehouseReaders } from './storage.ts';

/** One warehouse file, open for as long as it is the newest or somebody reads it. */
interface Opened {
  readonly stamp: string;
  readonly engine: DuckdbEngine;
  /** Connections that nobody uses now, so that what they know of the file stays known. */
  readonly idle: DuckdbEngine[];
  readers: number;
  isOld: boolean;
}

/** Opens nothing yet: a workspace may be served before it is built. */
export function openWarehouseReaders(workspace: Workspace): WarehouseReaders {
  let current: Promise<Opened> | null = null;
  let stampOfCurrent: string | null = null;

  const closeUnused = async (opened: Opened): Promise<void> => {
    if (opened.isOld && opened.readers === 0) await opened.engine.close();
  };
  const retire = async (old: Promise<Opened>): Promise<void> => {
    const opened = await old.catch(() => null);
    if (opened === null) return;
    opened.isOld = true;
    await closeUnused(opened);
  };
  const open = async (stamp: string): Promise<Opened> => {
    const engine = await openWarehouse(workspace.files.warehouse, workspace);
    return { stamp, engine, idle: [], readers: 0, isOld: false };
  };
  const findNewest = (): Promise<Opened> => {
    const stamp = readFileStamp(workspace.files.warehouse) ?? 'missing';
    if (current !== null && stamp === stampOfCurrent) return current;
    const old = current;
    const opening = open(stamp);
    current = opening;
    stampOfCurrent = stamp;
    if (old !== null) void retire(old);
    // What could not be opened is tried again by the next reader.
    opening.catch(() => {
      if (current === opening) [current, stampOfCurrent] = [null, null];
    });
    return opening;
  };
  return {
    read: async (work) => {
      const opened = await findNewest();
      opened.readers += 1;
      try {
        const engine = opened.idle.pop() ?? (await opened.engine.connect());
        try {
          return await work(engine);
        } finally {
          opened.idle.push(engine);
        }
      } finally {
        opened.readers -= 1;
        await closeUnused(opened);
      }
    },
    close: async () => {
      const last = current;
      [current, stampOfCurrent] = [null, null];
      if (last !== null) await retire(last);
    },
  };
}
