import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file of the project, with the names dbt has for its place. */
export interface ProjectFile {
  /** Absolute path of the root the file belongs to. */
  readonly root: string;
  /** Absolute path of the file. */
  readonly file: string;
  /** Relative to the root: `models/marts/orders.sql`. */
  readonly originalPath: string;
  /** Relative to the folder it was listed from: `marts/orders.sql`. */
  readonly innerPath: string;
  readonly text: string;
}

function toPosix(file: string): string {
  return file.split(path.sep).join('/');
}

function listPaths(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && statSync(full).isDirectory()))
      found.push(...listPaths(full));
    else found.push(full);
  }
  return found;
}

/** Reads the files below `root/folder` that end in one of `extensions`, in the order of their paths. */
export function readFiles(root: string, folder: string, extensions: readonly string[]): ProjectFile[] {
  const base = path.resolve(root, folder);
  if (!existsSync(base)) return [];
  return listPaths(base)
    .filter((file) => extensions.some((extension) => file.endsWith(extension)))
    .sort()
    .map((file) => ({
      root,
      file,
      originalPath: toPosix(path.relative(root, file)),
      innerPath: toPosix(path.relative(base, file)),
      text: readFileSync(file, 'utf8').replace(/^\uFEFF/, ''),
    }));
}

/** The folders of a file's inner path and its name without extension: the last parts of dbt's `fqn`. */
export function nameParts(innerPath: string): string[] {
  const parts = innerPath.split('/');
  parts[parts.length - 1] = path.posix.basename(innerPath, path.posix.extname(innerPath));
  return parts;
}
