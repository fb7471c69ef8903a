import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inject } from 'vitest';

/** True for the first to ask; it leaves its process id there. */
function claim(file: string): boolean {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(claimed: string): boolean {
  const owner = Number(fs.readFileSync(claimed, 'utf8'));
  if (owner === 0) return true; // The claim stands, its number is not written yet.
  try {
    process.kill(owner, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes a folder once in a run of the tests, whichever file of them wants it first; others that want it meanwhile wait.
 * Nobody writes into it afterwards: who wants to takes a copy.
 *
 * @example
 * const folder = await makeOnce('package', async (folder) => void fs.writeFileSync(path.join(folder, 'a'), ''));
 */
export async function makeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(inject('runFolder'), name);
  const [claimed, done] = [`${folder}.claimed`, `${folder}.done`];
  if (claim(claimed)) {
    fs.mkdirSync(folder);
    let problem = '';
    try {
      await make(folder);
    } catch (error) {
      problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    fs.writeFileSync(`${done}.part`, problem);
    fs.renameSync(`${done}.part`, done);
  }
  while (!fs.existsSync(done)) {
    if (!isAlive(claimed) && !fs.existsSync(done)) throw new Error(`${name} was left half-made`);
    await wait(50);
  }
  const problem = fs.readFileSync(done, 'utf8');
  if (problem !== '') throw new Error(`${name} could not be made: ${problem}`);
  return folder;
}

/** A copy of such a folder, for one test to write in; by reference where the file system can. */
export function copyFolder(from: string, to: string): void {
  fs.cpSync(from, to, { recursive: true, mode: fs.constants.COPYFILE_FICLONE });
}
