import fs from 'node:fs';
import path from 'node:path';
import { openTenure, PACKAGE_ROOT, SAMPLE_QUERIES, type Tenure, writeWorkspace } from '../app/index.ts';
import type { CliContext, Command } from './command.ts';
import { renderLoadReport } from './load-report.ts';
import { openRunProgress, renderRunSummary } from './node-lines.ts';
import { renderTextTable } from './text-table.ts';

/** The example company as a workspace; an earlier demo is used again. */
function prepareFolder(folder: string): void {
  if (fs.existsSync(path.join(folder, 'tenure.yml'))) return;
  writeWorkspace(folder);
  fs.copyFileSync(path.join(PACKAGE_ROOT, 'examples', 'acme', 'tenure.yml'), path.join(folder, 'tenure.yml'));
}

async function writeSamples(tenure: Tenure, context: CliContext): Promise<void> {
  for (const sample of SAMPLE_QUERIES) {
    context.write(`\n${sample.title}\n`);
    for await (const chunk of tenure.stream(sample.sql))
      context.write(renderTextTable(chunk.columns, chunk.rows));
  }
}

function renderNextSteps(folder: string): string {
  return [
    '',
    'Next:',
    `  cd ${folder}`,
    '  tenure query "from customer_survival"                  # any model by its name, in SQL',
    '  tenure lineage customer_lifetime_value                 # where its numbers come from',
    '  tenure docs                                            # every model and column on one page',
    '  tenure build --as-of 2026-01-31                        # the company as it was on that day',
    '',
    'Your own data: docs/own-data.md. In a checkout, `tenure` is bin/tenure.',
    '',
  ].join('\n');
}

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Load and build a small example company, and show what came of it.',
  usage: '[DIR]',
  maxWords: 1,
  options: {},
  examples: [
    { line: 'tenure demo', note: 'Makes the workspace demo/ here, loads the example and builds it.' },
  ],
  async run(invocation, context) {
    const folder = path.resolve(context.cwd, invocation.positionals[0] ?? 'demo');
    prepareFolder(folder);
    const tenure = openTenure({ ...context, folder });
    context.note('Loading the example company…\n');
    const loaded = await tenure.load({ paths: [path.join(PACKAGE_ROOT, 'examples', 'acme', 'data')] });
    context.note(`${renderLoadReport(loaded)}\nBuilding models and running their tests…\n`);
    const progress = openRunProgress(context, false);
    const built = await tenure.build({ signal: context.signal, onResult: progress.onResult });
    progress.stop();
    context.note(renderRunSummary(built.summary));
    if (!built.isPublished) return 1;
    const marts = await tenure.listMarts();
    context.write(`\nMarts as of ${built.asOf ?? 'today'}, in ${path.relative(context.cwd, built.file)}\n`);
    const rows = marts.map((mart) => [mart.name, mart.rows, mart.grain]);
    context.write(renderTextTable(['mart', 'rows', 'one row per'], rows));
    await writeSamples(tenure, context);
    context.write(renderNextSteps(path.relative(context.cwd, folder) || '.'));
    return 0;
  },
};
