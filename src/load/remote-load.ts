import fs from 'node:fs';
import { type Engine, openDuckdb } from '../engines/index.ts';
import { writeJournaled } from './journal-store.ts';
import type { LoadReport, LoadRequest } from './load-types.ts';
import { openRawStore } from './raw-store.ts';
import { fetchStored, type RemoteRaw, writeRemoteBatch } from './remote-store.ts';
import { runLoad } from './run-load.ts';

/** What an earlier load that was killed left goes too. */
function removeLocal(file: string): void {
  for (const path of [file, `${file}.wal`]) fs.rmSync(path, { force: true });
}

/** In one transaction, or so that a load that is cut short is taken back when the raw tables are opened next. */
async function writeWhole(raw: RemoteRaw, batchId: string): Promise<void> {
  const { remote } = raw;
  const write = () => writeRemoteBatch(raw, batchId);
  await (remote.profile.hasTransactions ? remote.transaction(write) : writeJournaled(remote, batchId, write));
}

/**
 * Loads files into raw tables of an engine that is not DuckDB. Rows are read, checked and compared in a DuckDB file of the
 * load's own, which gets those stored rows whose keys come again; what comes of it is written whole, or not at all.
 */
export async function runRemoteLoad(remote: Engine, request: LoadRequest): Promise<LoadReport> {
  const file = `${request.scratchPath}.raw`;
  removeLocal(file);
  const local = await openDuckdb({ path: file, isConstruction: true });
  const raw = { remote, local, scratchPath: `${request.scratchPath}.rows` };
  try {
    await openRawStore(local, request.clock);
    const report = await runLoad(local, { ...request, records: remote }, (table) => fetchStored(raw, table));
    if (report.status === 'loaded') await writeWhole(raw, request.batchId);
    return report;
  } finally {
    await local.close();
    removeLocal(file);
  }
}
