import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { errorText } from '../base/index.ts';
import type { CliContext, CommandContext } from './command.ts';
import type { Answered, Sent } from './hand-over.ts';
import { removeSocketPlace, writeSocketPlace } from './socket-place.ts';

/** The socket by which other commands hand their work to this process. */
export interface CommandSocket {
  /** Ends what runs, and takes nothing any more. */
  close(): Promise<void>;
}

function buildClientContext(
  context: CommandContext,
  client: { readonly socket: net.Socket; readonly cwd: string; readonly signal: AbortSignal },
): CliContext {
  const { socket, cwd, signal } = client;
  const send = (answer: Answered): boolean => socket.writable && socket.write(`${JSON.stringify(answer)}\n`);
  const { environment, clock, ids, shared } = context;
  return {
    cwd,
    environment,
    clock,
    ids,
    shared,
    write: (text) => void send({ out: text }),
    note: (text) => void send({ note: text }),
    pipe: async (source) => {
      for await (const chunk of source) {
        const hasRoom = send({ bytes: Buffer.from(chunk).toString('base64') });
        if (!hasRoom && socket.writable) await once(socket, 'drain', { signal });
      }
    },
    // A bar on the terminal of another process would be drawn on that of this one.
    isTerminal: false,
    signal,
  };
}

/** Runs the command line a client sends; the end of the client is its Ctrl-C. */
async function runClient(socket: net.Socket, context: CommandContext): Promise<void> {
  const interrupt = new AbortController();
  const abort = () => interrupt.abort();
  socket.on('error', abort);
  socket.on('close', abort);
  context.signal.addEventListener('abort', abort);
  let running: Promise<void> | null = null;
  const run = async (words: readonly string[], cwd: string): Promise<void> => {
    const client = buildClientContext(context, { socket, cwd, signal: interrupt.signal });
    const code = await context.runWords(words, client);
    if (socket.writable) socket.end(`${JSON.stringify({ code } satisfies Answered)}\n`);
  };
  try {
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as Sent;
      if ('isAborted' in message) abort();
      else running ??= run(message.words, path.resolve(message.cwd));
    }
    abort();
    await running;
  } finally {
    context.signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/**
 * Listens on a socket in the folder of the workspace for commands of the same user. One that a killed process left is
 * replaced: whoever calls this owns the workspace.
 */
export async function openCommandSocket(folder: string, context: CommandContext): Promise<CommandSocket> {
  const running = new Set<Promise<void>>();
  const server = net.createServer((socket) => {
    const client = runClient(socket, context)
      .catch((error: unknown) => context.note(`A command beside this process: ${errorText(error)}\n`))
      .finally(() => running.delete(client));
    running.add(client);
  });
  const place = writeSocketPlace(folder);
  // The file is made by the listening itself: only its owner may ever write to it.
  const mask = process.umask(0o177);
  try {
    server.listen(place);
  } finally {
    process.umask(mask);
  }
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      await Promise.all(running);
      removeSocketPlace(folder);
    },
  };
}
