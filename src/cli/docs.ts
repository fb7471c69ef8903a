import { type Command, PROJECT_OPTION } from './command.ts';
import { openCurrent } from './open.ts';

export const docsCommand: Command = {
  name: 'docs',
  summary: 'Write the documentation of the models: one page, manifest, catalog.',
  usage: '',
  maxWords: 0,
  options: { ...PROJECT_OPTION },
  examples: [{ line: 'tenure docs', note: 'target/index.html opens in any browser, without a server.' }],
  async run(invocation, context) {
    const tenure = openCurrent(invocation, context);
    const report = await tenure.writeDocs();
    if (invocation.isJson) context.write(`${JSON.stringify(report)}\n`);
    else context.write(`Open ${report.site}\nFor other tools: ${report.manifest}, ${report.catalog}\n`);
    return 0;
  },
};
