import { ERROR_CATALOGUE } from '../src/base/index.ts';
import { listCommands, renderCommandHelp } from '../src/cli/index.ts';

const KINDS = {
  findings: 'exit code 1',
  usage: 'exit code 2',
  environment: 'exit code 3',
  internal: 'exit code 3',
} as const;

/** `docs/errors.md`: every error of the catalogue, by code. */
export function renderErrorsPage(): string {
  const sections = Object.entries(ERROR_CATALOGUE)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, entry]) => `## ${code}\n\n${KINDS[entry.kind]}\n\n> ${entry.message}\n\n${entry.fix}\n`);
  const intro =
    'Every error Tenure raises on purpose, made from the catalogue in `src/base/error-catalogue.ts`. Words in braces ' +
    'are filled in: `{file}` names the file and, where it helps, the line.';
  return `# Errors\n\n${intro}\n\n${sections.join('\n')}`;
}

/** `docs/cli.md`: the help of every command. */
export async function renderCliPage(): Promise<string> {
  const commands = await listCommands();
  const sections = commands.map(
    (command) => `## ${command.name}\n\n\`\`\`text\n${renderCommandHelp(command).trimEnd()}\n\`\`\`\n`,
  );
  const intro =
    'The workspace is the current folder. Every command has `--help` and `--json`. Exit codes: 0 ok, 1 findings (a test ' +
    'failed, rows were refused), 2 usage, 3 environment, 130 interrupted.';
  return `# Commands\n\n${intro}\n\n${sections.join('\n')}`;
}
