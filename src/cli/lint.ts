import { checkPackageStyle } from '../app/index.ts';
import { type Command, PROJECT_OPTION } from './command.ts';
import { openCurrent } from './open.ts';

export const lintCommand: Command = {
  name: 'lint',
  summary: 'Check the SQL and YAML of the models against the style rules.',
  usage: '[--package]',
  maxWords: 0,
  options: {
    package: { type: 'boolean', description: "Check Tenure's own models, from any folder." },
    ...PROJECT_OPTION,
  },
  examples: [{ line: 'tenure lint', note: 'file:line: rule: what to change, for each finding.' }],
  async run(invocation, context) {
    const problems =
      invocation.options['package'] === true
        ? checkPackageStyle(context)
        : openCurrent(invocation, context).checkStyle();
    if (invocation.isJson) context.write(`${JSON.stringify(problems)}\n`);
    else {
      for (const problem of problems)
        context.write(`${problem.file}:${problem.line}: ${problem.rule}: ${problem.message}\n`);
      context.note(problems.length === 0 ? 'No style problems.\n' : `${problems.length} style problems.\n`);
    }
    return problems.length === 0 ? 0 : 1;
  },
};
