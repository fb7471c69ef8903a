import type { Command } from './command.ts';
import { openCurrent } from './open.ts';

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Look at the workspace and the machine, and say what to do.',
  usage: '',
  maxWords: 0,
  options: {},
  examples: [
    { line: 'tenure doctor', note: 'Exit code 3 when something would keep a command from working.' },
  ],
  async run(invocation, context) {
    const report = await openCurrent(invocation, context).doctor();
    if (invocation.isJson) context.write(`${JSON.stringify(report)}\n`);
    else {
      for (const finding of report.findings) {
        const fix = finding.fix === '' ? '' : `\n             → ${finding.fix}`;
        context.write(`${MARKS[finding.status]} ${finding.check.padEnd(10)} ${finding.detail}${fix}\n`);
      }
    }
    return report.ok ? 0 : 3;
  },
};
