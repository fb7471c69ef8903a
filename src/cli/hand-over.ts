import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TenureError } from '../base/index.ts';
import type { CliContext } from './command.ts';
import { readSocketPlace } from './socket-place.ts';

/** What a command sends to the process that serves the workspace, one line of JSON each. */
export type Sent = { readonly words: readonly string[]; readonly cwd: string } | { readonly isAborted: true };

/** What comes back. `bytes` are in base64. */
export type Answered =
  | { readonly out: string }
  | { readonly bytes: string }
  | { readonly note: string }
  | { readonly code: number };

/** Where the process listens that owns the file of an error; null when the error is another, or nobody listens. */
export function findOwner(error: unknown): string | null {
  if (!(error instanceof TenureError) || error.code !== 'DATABASE_OWNED') return null;
  return readSocketPlace(path.dirname(String(error.details['path'])));
}

async function runAnswer(answer: Answered, context: CliContext): Promise<number | null> {
  if ('code' in answer) return answer.code;
  if ('out' in answer) context.write(answer.out);
  else if ('note' in answer) context.note(answer.note);
  else {
    const { Readable } = await import('node:stream');
    await context.pipe(Readable.from([Buffer.from(answer.bytes, 'base64')]));
  }
  return null;
}

/**
 * Has a command line run by the process that serves the workspace, and shows here what it says. Ctrl-C ends it there.
 *
 * @returns the exit code; null when nobody listens there any more
 * @throws TenureError SERVICE_LOST when that process ends before
 */
export async function runHandedOver(
  place: string,
  words: readonly string[],
  context: CliContext,
): Promise<number | null> {
  const socket = net.connect(place);
  const send = (message: Sent) => socket.write(`${JSON.stringify(message)}\n`);
  const abort = () => void send({ isAborted: true });
  // An error is followed by the end, which is what is waited for.
  socket.on('error', () => {});
  try {
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (!isThere) return null;
    send({ words, cwd: context.cwd });
    if (context.signal.aborted) abort();
    context.signal.addEventListener('abort', abort);
    for await (const line of createInterface({ input: socket })) {
      const code = await runAnswer(JSON.parse(line) as Answered, context);
      if (code !== null) return code;
    }
    throw new TenureError('SERVICE_LOST');
  } finally {
    context.signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
