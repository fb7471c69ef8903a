import type { SharedState } from '../app/index.ts';
import { type Clock, type Environment, type Ids, TenureError } from '../base/index.ts';

/** Everything a command touches besides its arguments; tests pass their own. */
export interface CliContext {
  readonly cwd: string;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Results: what a script would read. */
  write(text: string): void;
  /** Progress, warnings, errors: what a person reads. */
  note(text: string): void;
  /** Raw bytes of a result, with back pressure. */
  pipe(source: NodeJS.ReadableStream): Promise<void>;
  readonly isTerminal: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The state this process keeps open, where it serves the workspace. */
  readonly shared?: SharedState | undefined;
}

/** What a command is run with: it may run other command lines, as `serve` does for those beside it. */
export interface CommandContext extends CliContext {
  runWords(words: readonly string[], context: CliContext): Promise<number>;
}

export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** The word shown for the value in the help: `--table T`. */
  readonly value?: string;
  readonly description: string;
}

export type OptionValue = string | boolean | readonly (string | boolean)[] | undefined;

/** A command line after parsing. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly isJson: boolean;
}

/** One command of the CLI. Its texts make `--help` and `docs/cli.md`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Arguments as shown after the name. */
  readonly usage: string;
  /** How many words besides options it takes. */
  readonly maxWords: number;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** True for a command that has to be a process of its own, whoever owns the workspace. */
  readonly isAlone?: boolean;
  readonly examples: readonly { readonly line: string; readonly note: string }[];
  /** @returns the exit code: 0 ok, 1 findings, 2 usage, 3 environment */
  run(invocation: Invocation, context: CommandContext): Promise<number>;
}

/** Options every command has. */
export const COMMON_OPTIONS = {
  help: { type: 'boolean', description: 'Show this help.' },
  json: { type: 'boolean', description: 'Print the result as JSON.' },
} as const satisfies Record<string, CommandOption>;

export const PROJECT_OPTION = {
  'project-dir': {
    type: 'string',
    value: 'DIR',
    description: 'A dbt project to use instead of the workspace.',
  },
} as const satisfies Record<string, CommandOption>;

/** The text of an option, or undefined when it was not given. */
export function parseTextOption(invocation: Invocation, name: string): string | undefined {
  const value = invocation.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** All texts of an option that may be given several times or with several words. */
export function parseListOption(invocation: Invocation, name: string): readonly string[] {
  const value = invocation.options[name];
  if (value === undefined || typeof value === 'boolean') return [];
  return (typeof value === 'string' ? [value] : value).map(String);
}

/**
 * The whole number of an option, or undefined when it was not given.
 *
 * @throws TenureError USAGE
 */
export function parseCount(invocation: Invocation, name: string): number | undefined {
  const text = parseTextOption(invocation, name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new TenureError('USAGE', { problem: `--${name} takes a whole number from 1 on, not ${text}.` });
}

/**
 * The date of an option, or undefined when it was not given.
 *
 * @throws TenureError USAGE
 */
export function parseDayOption(invocation: Invocation, name: string): string | undefined {
  const text = parseTextOption(invocation, name);
  if (text === undefined) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  if (!Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text) return text;
  throw new TenureError('USAGE', { problem: `--${name} takes a date such as 2026-03-14, not ${text}.` });
}

/**
 * The text of an option that a verb of the command cannot do without.
 *
 * @throws TenureError USAGE
 */
export function parseNeededOption(invocation: Invocation, name: string): string {
  const text = parseTextOption(invocation, name);
  if (text !== undefined) return text;
  throw new TenureError('USAGE', { problem: `${invocation.positionals[0]} needs --${name}.` });
}

/**
 * The whole number of an option that a verb of the command cannot do without.
 *
 * @throws TenureError USAGE
 */
export function parseNeededCount(invocation: Invocation, name: string): number {
  parseNeededOption(invocation, name);
  return parseCount(invocation, name) ?? 0;
}
