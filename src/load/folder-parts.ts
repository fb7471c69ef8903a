import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { SourceFile } from './load-types.ts';
import { findTarget, type PlanningOptions } from './plan-files.ts';
import type { SeenFiles } from './seen-files-store.ts';
import { listPartitionColumns } from './source-files.ts';

/** A file, or the files of a folder that are read as one. */
export interface LoadUnit {
  readonly source: SourceFile;
  readonly parts?: readonly SourceFile[];
  /** Set where the files are not read again as long as they stay as they are. */
  readonly definition?: string;
}

export interface ArrangedFiles {
  readonly units: readonly LoadUnit[];
  /** What is said of files that are left out because they were loaded before. */
  readonly notes: readonly string[];
}

const MAGIC = 'PAR1';

/** True for a file that begins and ends as Parquet does: one that does not is turned away by itself, not with its folder. */
function isWholeParquet({ path: file, mark }: SourceFile): boolean {
  if (mark === undefined || mark.bytes < 12) return false;
  const handle = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(8);
    fs.readSync(handle, bytes, 0, 4, 0);
    fs.readSync(handle, bytes, 4, 4, mark.bytes - 4);
    return bytes.toString('latin1') === `${MAGIC}${MAGIC}`;
  } finally {
    fs.closeSync(handle);
  }
}

/** The fingerprint of what makes rows of a file: the table as the contract has it, and the mapping. */
function buildDefinition(source: SourceFile, options: PlanningOptions): string {
  const { table, mapping } = findTarget(source, options);
  return createHash('sha256')
    .update(JSON.stringify([table, mapping]))
    .digest('hex')
    .slice(0, 16);
}

interface FolderGroup {
  readonly first: SourceFile;
  readonly parts: SourceFile[];
  readonly definition: string;
}

/** Files that can be read as one: of the same folder, for the same table, with the same columns in the names of folders. */
function buildGroupKey(source: SourceFile, definition: string): string {
  return JSON.stringify([source.folder, definition, listPartitionColumns(source.path)]);
}

function buildFolderUnit(group: FolderGroup): LoadUnit {
  const { first, parts, definition } = group;
  if (parts.length === 1) return { source: first, definition };
  const folder = first.folder ?? first.label;
  return { source: { ...first, path: path.resolve(folder), label: folder }, parts, definition };
}

/**
 * Puts the Parquet files of each folder together, so that they are read in one scan, and leaves out those that were loaded before: with the
 * same path, size and time of change, by the same mapping.
 */
export function arrangeFiles(
  files: readonly SourceFile[],
  options: PlanningOptions,
  seen: SeenFiles,
): ArrangedFiles {
  const units: (LoadUnit | FolderGroup)[] = [];
  const groups = new Map<string, FolderGroup>();
  const known = new Map<string, number>();
  for (const source of files) {
    const { folder } = source;
    if (source.format !== 'parquet' || folder === undefined || !isWholeParquet(source)) {
      units.push({ source });
      continue;
    }
    const definition = buildDefinition(source, options);
    const key = buildGroupKey(source, definition);
    const group = groups.get(key);
    if (seen.has(source, definition)) known.set(folder, (known.get(folder) ?? 0) + 1);
    else if (group !== undefined) group.parts.push(source);
    else {
      const begun = { first: source, parts: [source], definition };
      groups.set(key, begun);
      units.push(begun);
    }
  }
  const notes = [...known].map(
    ([folder, count]) =>
      `${folder}: ${count === 1 ? '1 file was' : `${count.toLocaleString('en')} files were`} loaded before and did not change; ` +
      'left out (--full-refresh reads them again).',
  );
  return { units: units.map((unit) => ('first' in unit ? buildFolderUnit(unit) : unit)), notes };
}
