import fs from 'node:fs';
import path from 'node:path';

function syncFile(file: string): void {
  const handle = fs.openSync(file, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Puts a finished file in the place of `target` in one step: whoever looks finds the old one or the new one, whole. */
export function replaceFile(finished: string, target: string): void {
  syncFile(finished);
  fs.renameSync(finished, target);
  syncFile(path.dirname(target));
}
