import fs from 'node:fs';
import path from 'node:path';
import {
  type BuildReport,
  type GenerateRequest,
  type MilestoneReport,
  openTenure,
  PRESETS,
  SAMPLE_QUERIES,
  type Tenure,
  writeWorkspace,
} from '../app/index.ts';
import type { CliContext, Command } from './command.ts';
import { COMPANY_OPTIONS, parseCompany } from './company-options.ts';
import { renderCompanyTables, renderPlan } from './company-report.ts';
import { openRunProgress, renderRunSummary } from './node-lines.ts';
import { PORT_OPTION, parsePlace, serveWorkspace } from './serve.ts';
import { openStepProgress } from './step-progress.ts';
import { renderTextTable } from './text-table.ts';

const PRESET = 'demo';

/** What the made-up company wants to reach, for the gauges of its dashboards. */
const TARGETS = `# What metrics are held against: docs/health.md.
pipeline_coverage_ratio: 3
win_rate: 0.4
quota_attainment_pct: 100
net_revenue_retention: 1
`;

/** The workspace of the demo; an earlier one is used again. */
function prepareFolder(folder: string): void {
  if (!fs.existsSync(path.join(folder, 'tenure.yml'))) writeWorkspace(folder, PRESETS[PRESET].asOf);
  const targets = path.join(folder, 'targets.yml');
  if (!fs.existsSync(targets)) fs.writeFileSync(targets, TARGETS);
}

async function runGeneration(tenure: Tenure, company: GenerateRequest, context: CliContext): Promise<void> {
  context.note('Generating a company…\n');
  const progress = openStepProgress(context, false);
  try {
    const report = await tenure.generate({
      ...company,
      preset: PRESET,
      signal: context.signal,
      onProgress: progress.onProgress,
    });
    progress.stop();
    context.note(`${renderCompanyTables(report)}${renderPlan(report.plan)}.\n\n`);
  } finally {
    progress.stop();
  }
}

/** Everything anew: models of the user's own that grow must not keep rows of the company before. */
async function runModels(tenure: Tenure, context: CliContext) {
  context.note('Building models and running their tests…\n');
  const progress = openRunProgress(context, false);
  try {
    return await tenure.build({
      asOf: PRESETS[PRESET].asOf,
      fullRefresh: true,
      signal: context.signal,
      onResult: progress.onResult,
      onTrain: progress.onTrain,
    });
  } finally {
    progress.stop();
  }
}

async function writeSamples(tenure: Tenure, context: CliContext): Promise<void> {
  for (const sample of SAMPLE_QUERIES) {
    context.write(`\n${sample.title}\n`);
    for await (const chunk of tenure.stream(sample.sql))
      context.write(renderTextTable(chunk.columns, chunk.rows));
  }
}

/** What was noticed, in figures of this build; one that found nothing new says what the list is of. */
function renderNoticed(report: MilestoneReport | null): string {
  const { recorded = 0 } = report?.counts ?? {};
  const noun = recorded === 1 ? 'milestone' : 'milestones';
  const noticed = recorded === 0 ? 'what customers reached' : `${recorded} ${noun} noticed`;
  const told = report?.told.length ?? 0;
  return `${noticed}${told === 0 ? '' : `, ${told} of them to tell`}`;
}

function renderNextSteps(folder: string, { milestones }: BuildReport): string {
  return [
    '',
    'Next:',
    `  cd ${folder}`,
    `  tenure milestones list                                 # ${renderNoticed(milestones)}`,
    '  tenure score show                                      # models of churn and expansion, and how good',
    '  tenure query "from customer_survival"                  # any model by its name, in SQL',
    '  tenure lineage customer_lifetime_value                 # where its numbers come from',
    '  tenure docs                                            # every model and column on one page',
    '  tenure build --as-of 2026-01-31                        # the company as it was on that day',
    '  tenure generate --seed 2                               # another company in its place',
    '',
    'Your own data: docs/own-data.md. In a checkout, `tenure` is bin/tenure.',
    '',
  ].join('\n');
}

/** The customer with most to lose, by name and address; null where none is scored. */
async function findMostAtRisk(
  tenure: Tenure,
): Promise<{ readonly id: string; readonly name: string } | null> {
  const { rows } = await tenure.metrics.query({
    metrics: ['mrr_at_risk'],
    dimensions: ['customer_id', 'customer_name'],
    filters: [{ member: 'mrr_at_risk', operator: 'set' }],
    order: [['mrr_at_risk', 'desc']],
    limit: 1,
  });
  const [row] = rows;
  return row === undefined ? null : { id: String(row['customer_id']), name: String(row['customer_name']) };
}

function renderFirstLooks(url: string, customer: Awaited<ReturnType<typeof findMostAtRisk>>): string {
  const looks: readonly (readonly [string, string])[] = [
    ['/dashboards/executive', 'how the business stands'],
    ['/dashboards/customer-success', 'whom to look after today'],
    ...(customer === null
      ? []
      : [[`/customers/${customer.id}`, `${customer.name}: the most MRR at risk, and why`] as const]),
    ['/milestones', 'what customers reached, with a celebration ready to approve'],
    ['/catalogue', 'where every number comes from'],
  ];
  const width = Math.max(...looks.map(([address]) => address.length));
  return [
    '',
    'Look first at:',
    ...looks.map(([address, what]) => `  ${url}${address.padEnd(width)}  ${what}`),
    '',
  ].join('\n');
}

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Generate and build a synthetic company, and show what came of it.',
  usage: '[DIR] [--customers N] [--days D] [--seed S] [--serve] [--port P]',
  maxWords: 1,
  options: {
    ...COMPANY_OPTIONS,
    serve: { type: 'boolean', description: 'Serve its dashboards then, until Ctrl-C.' },
    port: PORT_OPTION,
  },
  examples: [
    { line: 'tenure demo', note: 'Makes the workspace demo/ here, generates the company and builds it.' },
    { line: 'tenure demo --serve', note: 'The same, and its dashboards at http://127.0.0.1:4400.' },
    { line: 'tenure demo small --customers 100', note: 'A smaller one, in another folder.' },
  ],
  async run(invocation, context) {
    const folder = path.resolve(context.cwd, invocation.positionals[0] ?? 'demo');
    const company = parseCompany(invocation);
    prepareFolder(folder);
    const tenure = openTenure({ ...context, folder });
    await runGeneration(tenure, company, context);
    const built = await runModels(tenure, context);
    context.note(renderRunSummary(built.summary));
    if (!built.isPublished) return 1;
    const marts = await tenure.listMarts();
    context.write(`\nMarts as of ${built.asOf ?? 'today'}, in ${path.relative(context.cwd, built.file)}\n`);
    const rows = marts.map((mart) => [mart.name, mart.rows, mart.grain]);
    context.write(renderTextTable(['mart', 'rows', 'one row per'], rows));
    await writeSamples(tenure, context);
    context.write(renderNextSteps(path.relative(context.cwd, folder) || '.', built));
    if (invocation.options['serve'] !== true) return 0;
    const customer = await findMostAtRisk(tenure);
    await serveWorkspace({ folder, ...parsePlace(invocation) }, context, (url) =>
      context.write(renderFirstLooks(url, customer)),
    );
    return 0;
  },
};
