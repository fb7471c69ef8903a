import { COMMON_OPTIONS, type Command, type CommandOption } from './command.ts';

function renderOption([name, option]: readonly [string, CommandOption]): string {
  const flag = option.type === 'boolean' ? `--${name}` : `--${name} ${option.value ?? 'VALUE'}`;
  return `  ${flag.padEnd(24)}${option.description}`;
}

/** The `--help` text of one command. */
export function renderCommandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(renderOption);
  const examples = command.examples.map((example) => `  ${example.line}\n      ${example.note}`);
  return [
    `${command.summary}\n`,
    `Usage: tenure ${command.name} ${command.usage}`.trimEnd(),
    `\nOptions:\n${options.join('\n')}`,
    `\nExamples:\n${examples.join('\n')}\n`,
  ].join('\n');
}

/** The text of `tenure --help`. */
export function renderHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => `  ${command.name.padEnd(10)}${command.summary}`);
  return [
    'Tenure: customer-success analytics. Raw data in, tested models and honest metrics out.\n',
    'Usage: tenure COMMAND [options]\n',
    `Commands:\n${rows.join('\n')}\n`,
    'The workspace is the current folder. `tenure COMMAND --help` shows options and examples.',
    'Exit codes: 0 ok, 1 findings, 2 usage, 3 environment, 130 interrupted.\n',
  ].join('\n');
}
