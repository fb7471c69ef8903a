import { TenureError } from '../base/index.ts';
import { type Command, PROJECT_OPTION } from './command.ts';
import { openCurrent } from './open.ts';
import { parseSelection, SELECTION_OPTIONS } from './selection.ts';

export const compileCommand: Command = {
  name: 'compile',
  summary: 'Show the SQL of a model, every reference resolved.',
  usage: 'MODEL [--as-of D]',
  maxWords: 1,
  options: { 'as-of': SELECTION_OPTIONS['as-of'], vars: SELECTION_OPTIONS.vars, ...PROJECT_OPTION },
  examples: [
    { line: 'tenure compile customer_lifetime_value', note: 'The statement as the engine gets it.' },
  ],
  async run(invocation, context) {
    const [name] = invocation.positionals;
    if (name === undefined)
      throw new TenureError('USAGE', { problem: 'tenure compile needs the name of a model.' });
    const tenure = openCurrent(invocation, context);
    const compiled = tenure.compile(name, parseSelection(invocation));
    context.write(invocation.isJson ? `${JSON.stringify(compiled)}\n` : `${compiled.sql.trim()}\n`);
    return 0;
  },
};
