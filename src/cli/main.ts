import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readVersion } from '../app/index.ts';
import {
  type ErrorKind,
  errorText,
  processEnvironment,
  systemClock,
  systemIds,
  TenureError,
} from '../base/index.ts';
import {
  type CliContext,
  COMMON_OPTIONS,
  type Command,
  type CommandOption,
  type Invocation,
} from './command.ts';
import { COMMAND_LOADERS, listCommands } from './commands.ts';
import { findOwner, runHandedOver } from './hand-over.ts';
import { renderCommandHelp, renderHelp } from './help.ts';

const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  findings: 1,
  usage: 2,
  environment: 3,
  internal: 3,
};
const EXIT_INTERRUPTED = 130;

/** The words after an option that takes several belong to it, as in `--select a b`. */
function parseWords(command: Command, words: readonly string[]) {
  const declared: Readonly<Record<string, CommandOption>> = { ...command.options, ...COMMON_OPTIONS };
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, { type, multiple }]) => [
      name,
      { type, multiple: multiple === true },
    ]),
  );
  const { values, tokens } = parseArgs({ args: [...words], options, allowPositionals: true, tokens: true });
  const positionals: string[] = [];
  let list: (string | boolean)[] | null = null;
  for (const token of tokens) {
    if (token.kind === 'positional') (list ?? positionals).push(token.value);
    else if (token.kind === 'option') {
      const value = values[token.name];
      list = Array.isArray(value) ? value : null;
    }
  }
  return { positionals, options: values };
}

function parseInvocation(command: Command, words: readonly string[]): Invocation {
  try {
    const { positionals, options } = parseWords(command, words);
    const surplus = positionals[command.maxWords];
    if (surplus !== undefined) throw new Error(`it does not take "${surplus}"`);
    return { positionals, options, isJson: options['json'] === true };
  } catch (error) {
    throw new TenureError(
      'USAGE',
      { problem: `tenure ${command.name}: ${errorText(error)}` },
      { cause: error },
    );
  }
}

async function runCommand(words: readonly string[], context: CliContext): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === 'help') {
    context.write(renderHelp(await listCommands()));
    return 0;
  }
  if (name === '--version') {
    context.write(`${readVersion()}\n`);
    return 0;
  }
  const load = COMMAND_LOADERS[name];
  if (load === undefined) throw new TenureError('USAGE', { problem: `There is no command "${name}".` });
  const command = await load();
  const invocation = parseInvocation(command, rest);
  if (invocation.options['help'] === true) {
    context.write(renderCommandHelp(command));
    return 0;
  }
  try {
    return await command.run(invocation, { ...context, runWords: runCli });
  } catch (error) {
    const isOwn = command.isAlone === true || context.shared !== undefined;
    const owner = isOwn ? null : findOwner(error);
    const code = owner === null ? null : await runHandedOver(owner, words, context);
    if (code === null) throw error;
    return code;
  }
}

function renderFailure(error: unknown, isJson: boolean): string {
  if (!(error instanceof TenureError)) {
    return `Unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  }
  if (isJson) {
    return `${JSON.stringify({ error: { code: error.code, message: error.message, fix: error.fix } })}\n`;
  }
  return `Error: ${error.message}\n  ${error.fix}\n  (${error.code})\n`;
}

/**
 * Runs one command line in a context and reports any failure in it.
 *
 * @returns the exit code: 0 ok, 1 findings, 2 usage, 3 environment, 130 interrupted
 */
export async function runCli(words: readonly string[], context: CliContext): Promise<number> {
  try {
    return await runCommand(words, context);
  } catch (error) {
    if (context.signal.aborted) {
      context.note('Interrupted: nothing was changed.\n');
      return EXIT_INTERRUPTED;
    }
    context.note(renderFailure(error, words.includes('--json')));
    return error instanceof TenureError ? EXIT_CODES[error.kind] : EXIT_CODES.internal;
  }
}

/** The program: a command line of this process. */
export async function runMain(words: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  // What runs until it is ended is ended by either; other commands die of SIGTERM and leave things as they were.
  const signals = words[0] === 'serve' ? (['SIGINT', 'SIGTERM'] as const) : (['SIGINT'] as const);
  for (const signal of signals) process.once(signal, () => interrupt.abort());
  // A closed pipe (`tenure query … | head`) ends the output, not in an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return runCli(words, {
    cwd: process.cwd(),
    environment: processEnvironment,
    clock: systemClock,
    ids: systemIds,
    write: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    pipe: (source) => pipeline(source, process.stdout, { end: false }),
    isTerminal: process.stderr.isTTY === true,
    signal: interrupt.signal,
  });
}
