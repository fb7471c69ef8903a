import fs from 'node:fs';
import { quoteLiteral } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { READER_REJECTS, REJECTS, SCRATCH } from './names-store.ts';

const TABLES = `
create table ${REJECTS} (
  file integer, table_name varchar, row_id bigint, ordinal bigint, line bigint, column_name varchar,
  value varchar, rule varchar, reason varchar, "row" varchar, "rows" bigint
);
create table ${READER_REJECTS} (
  file integer, ordinal bigint, column_index bigint, error varchar, message varchar, csv varchar
);
`;

export interface ScratchOptions {
  readonly path: string;
  readonly memoryLimit: string;
}

function removeScratch(file: string): void {
  for (const path of [file, `${file}.wal`, `${file}.csv`]) fs.rmSync(path, { force: true });
  fs.rmSync(`${file}.tmp`, { recursive: true, force: true });
}

async function lowerMemory(engine: DuckdbEngine, options: ScratchOptions): Promise<() => Promise<void>> {
  const rows = await engine.query(`select current_setting('memory_limit') as memory`);
  const before = String(rows[0]?.['memory']);
  await engine.execute(`set memory_limit = ${quoteLiteral(options.memoryLimit)}`);
  try {
    await engine.execute(`set temp_directory = ${quoteLiteral(`${options.path}.tmp`)}`);
  } catch {
    // DuckDB keeps the folder it has once it has spilled there: then that one serves.
  }
  return async () => {
    await engine.execute(`set memory_limit = ${quoteLiteral(before)}`);
  };
}

/**
 * Runs `work` with a database file beside the raw one in which rows are read and checked: DuckDB cannot write
 * two files in one transaction, so the raw file is only written at the end. What an earlier load that was
 * killed left there is removed first.
 */
export async function runWithScratch<T>(
  engine: DuckdbEngine,
  options: ScratchOptions,
  work: () => Promise<T>,
): Promise<T> {
  removeScratch(options.path);
  const restore = await lowerMemory(engine, options);
  try {
    await engine.attach(options.path, SCRATCH);
    try {
      await engine.execute(TABLES);
      return await work();
    } finally {
      await engine.detach(SCRATCH);
    }
  } finally {
    await restore();
    removeScratch(options.path);
  }
}
