import fs from 'node:fs';
import path from 'node:path';

function buildPrefix(target: string): string {
  return `.${path.basename(target)}.part-`;
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Deletes what runs that were killed left beside a target; what a process that lives is writing stays. */
function cleanParts(target: string): void {
  const folder = path.dirname(target);
  const prefix = buildPrefix(target);
  for (const name of fs.readdirSync(folder)) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (!Number.isNaN(owner) && !isRunning(owner))
      fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Lets `work` make something beside `target`, on the same disk, where no reader looks. What it leaves there is deleted, so it puts
 * in place what is finished.
 */
export async function withPart<T>(target: string, work: (part: string) => Promise<T>): Promise<T> {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  cleanParts(target);
  const part = path.join(path.dirname(target), `${buildPrefix(target)}${process.pid}`);
  const clean = () => {
    for (const file of [part, `${part}.wal`]) fs.rmSync(file, { recursive: true, force: true });
  };
  clean();
  try {
    return await work(part);
  } finally {
    clean();
  }
}
