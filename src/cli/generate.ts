import path from 'node:path';
import { COMPANY_FORMATS, type CompanyFormat, type GenerateReport, generateFiles } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { type CliContext, type Command, type Invocation, parseTextOption } from './command.ts';
import { COMPANY_OPTIONS, PRESET_OPTION, parseCompany } from './company-options.ts';
import { renderCompanyFiles, renderCompanyTables, renderPlan } from './company-report.ts';
import { openCurrent } from './open.ts';
import { openStepProgress, type StepProgress } from './step-progress.ts';

function parseFormats(invocation: Invocation): readonly CompanyFormat[] {
  const text = parseTextOption(invocation, 'format') ?? 'csv';
  return text.split(',').map((word) => {
    const format = COMPANY_FORMATS.find((known) => known === word.trim());
    if (format !== undefined) return format;
    const expected = `${COMPANY_FORMATS.join(' or ')}, or both with a comma between them`;
    throw new TenureError('GENERATE_OPTION_INVALID', { option: 'format', value: text, expected });
  });
}

function assertFileOptions(invocation: Invocation): void {
  for (const name of ['format', 'force']) {
    if (invocation.options[name] !== undefined)
      throw new TenureError('USAGE', { problem: `--${name} goes with --out DIR.` });
  }
}

/** What to do next: a build looks at today unless it is told the last day of the company's history. */
function renderNextStep({ plan, hasReplaced }: GenerateReport, configured: string | undefined): string {
  // Incremental models of the user's own still hold the company that gave way.
  const refresh = hasReplaced ? ' --full-refresh' : '';
  if (configured === plan.asOf) return `Build it with: tenure build${refresh}\n`;
  const setting = configured === undefined ? 'has no as_of' : `says as_of: ${configured}`;
  return [
    `Build it with: tenure build${refresh} --as-of ${plan.asOf}`,
    `tenure.yml ${setting}; with "as_of: ${plan.asOf}" in it, plain tenure build does the same.`,
    '',
  ].join('\n');
}

async function runWorkspaceCommand(
  invocation: Invocation,
  context: CliContext,
  progress: StepProgress,
): Promise<void> {
  assertFileOptions(invocation);
  const tenure = openCurrent(invocation, context);
  const { signal } = context;
  const report = await tenure.generate({
    ...parseCompany(invocation),
    signal,
    onProgress: progress.onProgress,
  });
  progress.stop();
  if (invocation.isJson) {
    context.write(`${JSON.stringify(report)}\n`);
    return;
  }
  context.write(renderCompanyTables(report));
  const replaced = report.hasReplaced ? ', in the place of the one before' : '';
  context.write(`${renderPlan(report.plan)}${replaced}.\n`);
  context.write(`It is batch ${report.batchId}: tenure load --undo ${report.batchId} takes it back.\n`);
  context.write(renderNextStep(report, tenure.workspace.config.as_of));
}

interface FilesTarget {
  readonly out: string;
  readonly progress: StepProgress;
}

async function runFilesCommand(
  invocation: Invocation,
  context: CliContext,
  { out, progress }: FilesTarget,
): Promise<void> {
  const formats = parseFormats(invocation);
  const report = await generateFiles({
    ...parseCompany(invocation),
    folder: path.resolve(context.cwd, out),
    formats,
    isForced: invocation.options['force'] === true,
    signal: context.signal,
    onProgress: progress.onProgress,
  });
  progress.stop();
  if (invocation.isJson) {
    context.write(`${JSON.stringify(report)}\n`);
    return;
  }
  context.write(renderCompanyFiles({ ...report, folder: out }));
  context.write(`${renderPlan(report.plan)}.\n`);
  context.write(`In a workspace: tenure load ${out}, then tenure build --as-of ${report.plan.asOf}\n`);
}

export const generateCommand: Command = {
  name: 'generate',
  summary: 'Make up a company: all 28 raw tables, the same for the same seed.',
  usage: '[--preset P] [--customers N] [--days D] [--seed S] [--as-of D] [--out DIR [--format F] [--force]]',
  maxWords: 0,
  options: {
    preset: PRESET_OPTION,
    ...COMPANY_OPTIONS,
    'as-of': { type: 'string', value: 'D', description: 'The last day of the history, YYYY-MM-DD (UTC).' },
    out: { type: 'string', value: 'DIR', description: 'Write files to DIR; needs no workspace.' },
    format: { type: 'string', value: 'F', description: 'csv (default), parquet, or csv,parquet.' },
    force: { type: 'boolean', description: 'Replace files of the same names in DIR.' },
  },
  examples: [
    { line: 'tenure generate', note: 'Fills the raw tables of this workspace; build comes next.' },
    { line: 'tenure generate --customers 200 --days 365 --seed 7', note: 'A smaller company, another one.' },
    { line: 'tenure generate --out company --format csv,parquet', note: 'Files named after their tables.' },
    {
      line: 'tenure generate --preset dictionary --out company --format parquet',
      note: 'Ten million usage events.',
    },
  ],
  async run(invocation, context) {
    const out = parseTextOption(invocation, 'out');
    const progress = openStepProgress(context, invocation.isJson);
    try {
      if (out === undefined) await runWorkspaceCommand(invocation, context, progress);
      else await runFilesCommand(invocation, context, { out, progress });
      return 0;
    } finally {
      progress.stop();
    }
  },
};
