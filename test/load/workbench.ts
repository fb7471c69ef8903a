import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { type LoadReport, type LoadRequest, openRawStore, runLoad } from '../../src/load/index.ts';

export const CLOCK = buildFixedClock('2026-03-14T12:00:00Z');

/** A folder with a raw file in it, and short ways to load into it. */
export interface Workbench {
  readonly folder: string;
  readonly engine: DuckdbEngine;
  write(name: string, content: string | Buffer): string;
  load(paths: string | readonly string[], options?: Partial<LoadRequest>): Promise<LoadReport>;
  close(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-load-'));
  const engine = await openDuckdb({ path: path.join(folder, 'raw.duckdb') });
  await openRawStore(engine, CLOCK);
  let batch = 0;
  return {
    folder,
    engine,
    write(name, content) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
      return file;
    },
    load(paths, options = {}) {
      batch += 1;
      return runLoad(engine, {
        paths: typeof paths === 'string' ? [paths] : paths,
        scratchPath: path.join(folder, 'load.duckdb'),
        clock: CLOCK,
        batchId: String(batch),
        ...options,
      });
    },
    async close() {
      await engine.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `read, inserted, updated, unchanged, rejected` in one line. */
export function renderCounts(report: LoadReport): string {
  return [report.read, report.inserted, report.updated, report.unchanged, report.rejected].join(' ');
}
