import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run alone, gone when it ends: what is made in it is never older than the code. */
    runFolder: string;
  }
}

/** Gives the tests of a run a folder they share; vitest calls it before the first of them. */
export function setup({ provide }: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-run-'));
  provide('runFolder', folder);
  return () => fs.rmSync(folder, { recursive: true, force: true });
}
