import path from 'node:path';
import { writeWorkspace } from '../app/index.ts';
import type { Command } from './command.ts';

export const initCommand: Command = {
  name: 'init',
  summary: 'Make a workspace: tenure.yml, data/, models/.',
  usage: '[DIR]',
  maxWords: 1,
  options: {},
  examples: [
    { line: 'tenure init acme', note: 'Makes the folder acme a workspace.' },
    { line: 'tenure init', note: 'Makes the current folder one.' },
  ],
  async run(invocation, context) {
    const folder = path.resolve(context.cwd, invocation.positionals[0] ?? '.');
    const written = writeWorkspace(folder);
    if (invocation.isJson) {
      context.write(`${JSON.stringify({ folder, written })}\n`);
      return 0;
    }
    const shown = path.relative(context.cwd, folder) || '.';
    context.write(
      [
        `Workspace ready in ${folder}: ${written.join(', ')}`,
        '',
        'Next:',
        ...(shown === '.' ? [] : [`  cd ${shown}`]),
        '  tenure load data/        # CSV, Parquet or JSON lines named after their table; see docs/own-data.md',
        '  tenure load --source crm # a database that sources.yml describes; see docs/sources.md',
        '  tenure generate          # instead: a company that is made up, to look around',
        '  tenure build',
        '  tenure query "from metric_availability where not is_available"',
        '',
        'health.yml and targets.yml beside tenure.yml set the health score and the targets; see docs/health.md',
        '',
      ].join('\n'),
    );
    return 0;
  },
};
