import { TenureError } from '../base/index.ts';
import { type Command, PROJECT_OPTION } from './command.ts';
import { openCurrent } from './open.ts';

export const lineageCommand: Command = {
  name: 'lineage',
  summary: 'Show what a model reads and what reads it, all the way.',
  usage: 'NODE',
  maxWords: 1,
  options: { ...PROJECT_OPTION },
  examples: [
    { line: 'tenure lineage customer_lifetime_value', note: 'A model.' },
    { line: 'tenure lineage marketing_raw.conversions', note: 'A source: everything built on it.' },
  ],
  async run(invocation, context) {
    const [name] = invocation.positionals;
    if (name === undefined)
      throw new TenureError('USAGE', { problem: 'tenure lineage needs the name of a node.' });
    const tenure = openCurrent(invocation, context);
    const { lineage, text } = tenure.lineage(name);
    context.write(invocation.isJson ? `${JSON.stringify(lineage)}\n` : `${text}\n`);
    return 0;
  },
};
