import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A Unix socket's path may have 107 bytes, on some systems 103. */
const MOST_BYTES = 100;

interface SocketFiles {
  /** Where it is, unless that is too long. */
  readonly socket: string;
  /** Says where it is instead. */
  readonly pointer: string;
}

function buildFiles(folder: string): SocketFiles {
  return { socket: path.join(folder, 'tenure.sock'), pointer: path.join(folder, 'tenure.sock.path') };
}

/** Where the process that serves a workspace takes commands; null when none does. It may be gone. */
export function readSocketPlace(folder: string): string | null {
  const { socket, pointer } = buildFiles(folder);
  if (fs.existsSync(socket)) return socket;
  return fs.existsSync(pointer) ? fs.readFileSync(pointer, 'utf8').trim() : null;
}

/** Removes a socket, also one that a killed process left. Only the owner of the workspace may call it. */
export function removeSocketPlace(folder: string): void {
  const { socket, pointer } = buildFiles(folder);
  if (fs.existsSync(pointer)) {
    const place = path.dirname(fs.readFileSync(pointer, 'utf8').trim());
    // Only a folder that was made for this goes, whatever the file says.
    if (path.dirname(place) === os.tmpdir() && /^tenure-socket-\w+$/.test(path.basename(place)))
      fs.rmSync(place, { recursive: true, force: true });
  }
  for (const file of [socket, pointer]) fs.rmSync(file, { force: true });
}

/** Chooses where the socket of a workspace goes, and writes it down where nobody would look for it. */
export function writeSocketPlace(folder: string): string {
  removeSocketPlace(folder);
  const { socket, pointer } = buildFiles(folder);
  if (Buffer.byteLength(socket) <= MOST_BYTES) return socket;
  // A folder nobody else may enter: the temporary folder is everybody's.
  const place = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-socket-')), 'tenure.sock');
  fs.writeFileSync(pointer, `${place}\n`, { mode: 0o600 });
  return place;
}
