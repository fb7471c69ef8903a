import path from 'node:path';
import type { Clock } from '../../base/index.ts';
import { type Engine, openDuckdb } from '../../engines/index.ts';
import { openRawStore, replaceRemoteRaw } from '../../load/index.ts';
import type { Workspace } from '../workspace.ts';
import { buildSettings } from './duckdb-warehouse-store.ts';
import type { RawConstruction } from './storage.ts';

/** Makes raw tables on an engine where they are absent; one on which that fails is closed. */
export async function openRawTables<T extends Engine>(raw: T, clock: Clock): Promise<T> {
  try {
    await openRawStore(raw, clock);
    return raw;
  } catch (error) {
    await raw.close();
    throw error;
  }
}

/** A company is made in a file, whose rows replace those of a database. */
export async function openRemoteRawConstruction(
  workspace: Workspace,
  openRaw: () => Promise<Engine>,
): Promise<RawConstruction> {
  const file = path.join(workspace.files.scratch, 'raw.generating.duckdb');
  const local = await openDuckdb({ path: file, isConstruction: true, settings: buildSettings(workspace) });
  return {
    engine: local,
    publish: async () => {
      const remote = await openRaw();
      try {
        await replaceRemoteRaw({ remote, local, scratchPath: `${file}.rows` });
      } finally {
        await remote.close();
      }
    },
    close: () => local.close(),
  };
}
