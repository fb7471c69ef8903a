import fs from 'node:fs';

/** By what a file is told from the one that was there before it; null when there is none. */
export function readFileStamp(file: string): string | null {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
