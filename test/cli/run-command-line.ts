import { buildFixedClock } from '../../src/base/index.ts';
import type { CliContext } from '../../src/cli/command.ts';
import { runCli } from '../../src/cli/main.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

let ids = 0;

/** Runs a command line in a folder, as the program would. */
export async function runCommandLine(cwd: string, ...words: readonly string[]): Promise<Outcome> {
  return runCommandLineIn({ cwd }, words);
}

/** The same with another world: a signal, a terminal. */
export async function runCommandLineIn(
  world: Pick<CliContext, 'cwd'> & Partial<CliContext>,
  words: readonly string[],
): Promise<Outcome> {
  const out: Buffer[] = [];
  const notes: string[] = [];
  const context: CliContext = {
    environment: {},
    clock: buildFixedClock('2026-03-15T06:00:00Z'),
    ids: { next: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}` },
    write: (text) => void out.push(Buffer.from(text)),
    note: (text) => void notes.push(text),
    pipe: async (source) => {
      for await (const chunk of source) out.push(Buffer.from(chunk));
    },
    isTerminal: false,
    signal: new AbortController().signal,
    ...world,
  };
  const code = await runCli(words, context);
  return { code, out: Buffer.concat(out).toString('utf8'), notes: notes.join('') };
}
