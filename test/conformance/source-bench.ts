import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import {
  type LoadReport,
  openRawStore,
  runLoad,
  runSourceLoad,
  type SourceLoadRequest,
} from '../../src/load/index.ts';
import type { PostgresServer } from './postgres-server.ts';

export const CLOCK = buildFixedClock('2026-03-14T12:00:00Z');

type PostgresEngine = Awaited<ReturnType<typeof openPostgres>>;

/** A raw file, a database of its own to load from, and short ways to do so. */
export interface SourceBench {
  readonly folder: string;
  readonly raw: DuckdbEngine;
  /** Opens the raw file again, after somebody else had it. */
  open(): Promise<void>;
  readonly source: PostgresEngine;
  readonly url: string;
  /** Describes the tables of the source `crm`, as the YAML below `tables:`. */
  describe(tables: string, settings?: string): void;
  /** Loads the source into `raw`, the raw file unless given. */
  load(options?: Partial<SourceLoadRequest> & { readonly raw?: Engine }): Promise<LoadReport>;
  close(): Promise<void>;
}

let databases = 0;

export async function openSourceBench(server: PostgresServer): Promise<SourceBench> {
  databases += 1;
  const name = `crm_${databases}`;
  const main = await openPostgres({ connectionString: server.connectionString });
  await main.execute(`create database ${name}`);
  await main.close();
  const url = server.connectionString.replace('/postgres?', `/${name}?`);
  const source = await openPostgres({ connectionString: url });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-source-'));
  const openRaw = async () => {
    const opened = await openDuckdb({ path: path.join(folder, 'raw.duckdb') });
    await openRawStore(opened, CLOCK);
    return opened;
  };
  let raw = await openRaw();
  const sourcesFile = path.join(folder, 'sources.yml');
  let batch = 0;
  return {
    folder,
    get raw() {
      return raw;
    },
    async open() {
      raw = await openRaw();
    },
    source,
    url,
    describe(tables, settings = '') {
      const lines = tables.replace(/^/gm, '      ');
      const head = `sources:\n  crm:\n    kind: postgres\n    url_env: CRM_URL\n${settings.replace(/^(?=.)/gm, '    ')}`;
      fs.writeFileSync(sourcesFile, `${head}    tables:\n${lines}\n`);
    },
    load({ raw: given = raw, ...options } = {}) {
      batch += 1;
      return runSourceLoad(given, {
        sourcesFile,
        load: (request) => runLoad(raw, request),
        environment: { CRM_URL: url },
        scratchPath: path.join(folder, 'load.duckdb'),
        clock: CLOCK,
        batchId: String(batch),
        ...options,
      });
    },
    async close() {
      await source.close();
      await raw.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `read, inserted, updated, unchanged, rejected` in one line. */
export function renderCounts(report: LoadReport): string {
  return [report.read, report.inserted, report.updated, report.unchanged, report.rejected].join(' ');
}
