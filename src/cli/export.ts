import path from 'node:path';
import { checkSupersetFile, type DbtMetricsReport, type SupersetReport, type Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { type Command, type CommandContext, type Invocation, parseTextOption } from './command.ts';
import { openCurrent } from './open.ts';

function renderSuperset({ file, dashboards, charts, datasets, leftOut }: SupersetReport): string {
  const notes = leftOut.map(
    ({ dashboard, title, reason }) => `  left out: ${title} of ${dashboard}: ${reason}\n`,
  );
  return `${file}: ${dashboards} dashboards, ${charts} charts, ${datasets} datasets\n${notes.join('')}`;
}

async function exportSuperset(tenure: Tenure, invocation: Invocation): Promise<SupersetReport> {
  return tenure.exportSuperset({
    file: parseTextOption(invocation, 'out'),
    name: parseTextOption(invocation, 'name'),
    uri: parseTextOption(invocation, 'uri'),
    martSchema: parseTextOption(invocation, 'schema-marts'),
    metricsSchema: parseTextOption(invocation, 'schema-metrics'),
  });
}

function renderDbtMetrics({ folder, files, semanticModels, metrics, leftOut }: DbtMetricsReport): string {
  const notes = leftOut.map(({ metric, reason }) => `  left out: ${metric}: ${reason}\n`);
  return `${folder}: ${files.length} files, ${semanticModels} semantic models, ${metrics} metrics\n${notes.join('')}`;
}

/** @returns the exit code: 1 where there are findings */
function checkFile(file: string, invocation: Invocation, context: CommandContext): number {
  const problems = checkSupersetFile(path.resolve(context.cwd, file));
  const lines = problems.map((one) => `${one.file} ${one.path}: ${one.problem} (${one.rule})\n`);
  if (invocation.isJson) context.write(`${JSON.stringify(problems)}\n`);
  else context.write(problems.length === 0 ? `${file}: no problems\n` : lines.join(''));
  return problems.length === 0 ? 0 : 1;
}

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write the dashboards and metrics for other tools.',
  usage: 'superset | dbt-metrics [--out PATH] [--check FILE]',
  maxWords: 1,
  options: {
    out: {
      type: 'string',
      value: 'PATH',
      description: 'The ZIP, superset.zip unless given; of dbt-metrics the folder, dbt-metrics unless given.',
    },
    check: { type: 'string', value: 'FILE', description: 'Check a ZIP for Superset instead of writing one.' },
    name: {
      type: 'string',
      value: 'NAME',
      description:
        'What the connection is called in Superset; Tenure unless given. Each name is imported by itself.',
    },
    uri: {
      type: 'string',
      value: 'URI',
      description: 'SQLAlchemy URI of the published database, without a password.',
    },
    'schema-marts': {
      type: 'string',
      value: 'NAME',
      description: 'The schema of the marts; marts unless given.',
    },
    'schema-metrics': {
      type: 'string',
      value: 'NAME',
      description: 'The schema of the tables of metrics; entity unless given.',
    },
  },
  examples: [
    { line: 'tenure export superset', note: 'superset.zip, to import in Superset (docs/superset.md).' },
    {
      line: 'tenure export superset --check superset.zip',
      note: 'Exit code 1 where something is wrong with it.',
    },
  ],
  async run(invocation, context) {
    const [what] = invocation.positionals;
    const file = parseTextOption(invocation, 'check');
    if (what !== 'superset' && (what !== 'dbt-metrics' || file !== undefined))
      throw new TenureError('USAGE', {
        problem: 'tenure export takes superset, with --check FILE to check one, or dbt-metrics.',
      });
    if (file !== undefined) return checkFile(file, invocation, context);
    const tenure = openCurrent(invocation, context);
    if (what === 'superset') {
      const report = await exportSuperset(tenure, invocation);
      context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderSuperset(report));
    } else {
      const report = await tenure.exportDbtMetrics({ folder: parseTextOption(invocation, 'out') });
      context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderDbtMetrics(report));
    }
    return 0;
  },
};
