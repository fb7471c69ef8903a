import { openTenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { type Command, PROJECT_OPTION, parseTextOption } from './command.ts';
import { parseAsOf, parseVars, SELECTION_OPTIONS } from './selection.ts';

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
    const asOf = parseAsOf(invocation);
    const tenure = openTenure({
      ...context,
      folder: context.cwd,
      projectDir: parseTextOption(invocation, 'project-dir'),
    });
    const compiled = tenure.compile(name, {
      vars: parseVars(invocation),
      ...(asOf === undefined ? {} : { asOf }),
    });
    context.write(invocation.isJson ? `${JSON.stringify(compiled)}\n` : `${compiled.sql.trim()}\n`);
    return 0;
  },
};
