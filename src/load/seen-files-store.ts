import { quoteLiteral } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { SourceFile } from './load-types.ts';

/** The files that earlier loads took in. */
export interface SeenFiles {
  has(source: SourceFile, definition: string): boolean;
}

/** A file that was taken in, for which table and by which definition of its rows. */
export interface SeenFile {
  readonly source: SourceFile;
  readonly table: string;
  readonly definition: string;
}

function buildKey({ path, mark }: SourceFile, definition: string): string {
  return JSON.stringify([path, mark?.bytes, mark?.modifiedAt, definition]);
}

/** Looks up which files of folders were loaded before, and not taken back. */
export async function fetchSeenFiles(engine: Engine): Promise<SeenFiles> {
  const rows = await engine.query('select path, bytes, modified_at, definition from loads.seen_files');
  const keys = new Set(
    rows.map((row) => JSON.stringify([row['path'], row['bytes'], row['modified_at'], row['definition']])),
  );
  return { has: (source, definition) => keys.has(buildKey(source, definition)) };
}

/** Notes files as loaded. Inside the transaction that writes their rows. */
export async function writeSeenFiles(
  engine: Engine,
  batchId: string,
  files: readonly SeenFile[],
): Promise<void> {
  if (files.length === 0) return;
  const rows = files.map(({ source, table, definition }) => {
    const { bytes = 0, modifiedAt = 0 } = source.mark ?? {};
    const texts = [batchId, table, source.path].map(quoteLiteral).join(', ');
    return `(${texts}, ${bytes}, ${modifiedAt}, ${quoteLiteral(definition)})`;
  });
  await engine.execute(
    `insert into loads.seen_files (batch_id, table_name, path, bytes, modified_at, definition) values ${rows.join(', ')}`,
  );
}
