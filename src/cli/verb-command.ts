import type { Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import type { CliContext, Command, Invocation } from './command.ts';
import { openCurrent } from './open.ts';

/** One verb of a command: what it asks of the library, and how the answer is shown to a person. */
export interface Verb {
  /** What the word after the verb is, for example `the id of a milestone`; without it the verb takes none. */
  readonly word?: string;
  ask(tenure: Tenure, invocation: Invocation, context: CliContext): Promise<unknown>;
  readonly render: (result: never) => string;
}

/** A command whose first word says what to do. */
export type VerbCommand = Omit<Command, 'run' | 'maxWords'> & {
  readonly verbs: Readonly<Record<string, Verb>>;
};

function findVerb({ name, verbs }: VerbCommand, { positionals }: Invocation): Verb {
  const [word = '', argument] = positionals;
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb === undefined)
    throw new TenureError('USAGE', { problem: `tenure ${name} takes ${Object.keys(verbs).join(', ')}.` });
  if (argument !== undefined && verb.word === undefined)
    throw new TenureError('USAGE', { problem: `tenure ${name} ${word} does not take "${argument}".` });
  return verb;
}

/**
 * A command with verbs: it runs the one that is named, and shows what comes of it as text, or as JSON when asked.
 *
 * @example
 * export const alertsCommand = buildVerbCommand({ name: 'alerts', …, verbs: { run: { ask, render } } });
 */
export function buildVerbCommand(command: VerbCommand): Command {
  const { verbs: _, ...texts } = command;
  return {
    ...texts,
    maxWords: 2,
    async run(invocation, context) {
      const verb = findVerb(command, invocation);
      const result = (await verb.ask(openCurrent(invocation, context), invocation, context)) as never;
      context.write(invocation.isJson ? `${JSON.stringify(result ?? null)}\n` : verb.render(result));
      return 0;
    },
  };
}

/**
 * The word after the verb.
 *
 * @param what how it is called where it is missing
 * @throws TenureError USAGE
 */
export function parseWord({ positionals }: Invocation, what: string): string {
  const [verb, word] = positionals;
  if (word !== undefined) return word;
  throw new TenureError('USAGE', { problem: `${verb} takes ${what}.` });
}

/** @throws TenureError USAGE where a text is none of the words that are allowed */
export function parseOneOf<T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  throw new TenureError('USAGE', { problem: `${text} is none of ${allowed.join(', ')}.` });
}
