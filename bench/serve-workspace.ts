import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const BIN = path.resolve(import.meta.dirname, '..', 'bin', 'tenure');

/** A server in a process of its own. */
export interface ServedWorkspace {
  readonly url: string;
  /** Ends it; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts `tenure serve` on a workspace, and waits until it listens. */
export async function serveWorkspace(folder: string): Promise<ServedWorkspace> {
  const words = [BIN, 'serve', '--port', '0'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  let text = '';
  for await (const part of child.stdout) {
    text += String(part);
    const url = /http:\/\/\S+/.exec(text)?.[0];
    if (url !== undefined && text.includes('Ctrl-C ends it')) return { url, stop };
  }
  throw new Error(`the server did not start: ${text}`);
}
