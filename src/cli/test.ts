import { type Command, PROJECT_OPTION } from './command.ts';
import { openRunProgress, renderRunSummary } from './node-lines.ts';
import { openCurrent } from './open.ts';
import { parseSelection, SELECTION_OPTIONS } from './selection.ts';

export const testCommand: Command = {
  name: 'test',
  summary: 'Run data tests and unit tests against the warehouse as it stands.',
  usage: '[--select S] [--exclude S]',
  maxWords: 0,
  options: { ...SELECTION_OPTIONS, ...PROJECT_OPTION },
  examples: [
    { line: 'tenure test', note: 'Every test.' },
    { line: 'tenure test --select customer_lifetime_value', note: 'The tests of one model.' },
  ],
  async run(invocation, context) {
    const tenure = openCurrent(invocation, context);
    const progress = openRunProgress(context, invocation.isJson);
    try {
      const summary = await tenure.test({
        ...parseSelection(invocation),
        signal: context.signal,
        onResult: progress.onResult,
      });
      progress.stop();
      const results = summary.results.map(({ compiledCode: _, ...result }) => result);
      context.write(
        invocation.isJson
          ? `${JSON.stringify({ ok: summary.ok, counts: summary.counts, results })}\n`
          : renderRunSummary(summary),
      );
      return summary.ok ? 0 : 1;
    } finally {
      progress.stop();
    }
  },
};
