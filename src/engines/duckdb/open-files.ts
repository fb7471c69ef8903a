import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../../base/index.ts';

// DuckDB lets one process open a file twice and then loses writes without a word; this register says no instead.
const openFiles = new Map<string, { readers: number; isWritten: boolean }>();

/** The path a file really has, so that a link to it counts as the same file. */
function resolveRealPath(file: string): string {
  const folder = path.dirname(path.resolve(file));
  if (fs.existsSync(file)) return fs.realpathSync(file);
  return path.join(fs.existsSync(folder) ? fs.realpathSync(folder) : folder, path.basename(file));
}

/**
 * Claims a file: one writer, or any number of readers.
 *
 * @returns the function that gives the claim back
 * @throws TenureError DATABASE_OPEN_TWICE when the claim is not to be had
 */
export function openClaim(file: string, isReadOnly: boolean): () => void {
  const real = resolveRealPath(file);
  const claim = openFiles.get(real) ?? { readers: 0, isWritten: false };
  if (claim.isWritten || (claim.readers > 0 && !isReadOnly)) {
    throw new TenureError('DATABASE_OPEN_TWICE', { path: real });
  }
  if (isReadOnly) claim.readers += 1;
  else claim.isWritten = true;
  openFiles.set(real, claim);
  return () => {
    if (isReadOnly) claim.readers -= 1;
    else claim.isWritten = false;
    if (claim.readers === 0 && !claim.isWritten && openFiles.get(real) === claim) openFiles.delete(real);
  };
}
