import type { BuildReport } from '../app/index.ts';
import { renderAlertRun } from './alerts.ts';
import { type CliContext, type Command, type Invocation, PROJECT_OPTION } from './command.ts';
import { renderDetection } from './milestones.ts';
import { openRunProgress, renderRunSummary } from './node-lines.ts';
import { openCurrent } from './open.ts';
import { parseSelection, SELECTION_OPTIONS } from './selection.ts';

/** A line for each model: how it came about and how good the newest is, or why there is none. */
function renderScores(outcomes: NonNullable<BuildReport['scores']>['outcomes']): string {
  return outcomes
    .map(({ name, models, trained, shortage, scored }) => {
      const newest = models.at(-1);
      if (newest === undefined) return `  no model of ${name}: ${shortage}\n`;
      const { value, low, high } = newest.card.figures.rocAuc;
      const auc = `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
      const alarms = newest.card.alarms.map(({ text }) => `    ALARM ${text}\n`).join('');
      return `  ${name}: ${models.length} models, ${trained} of them trained now; ${scored} scores; AUC of the newest ${auc}\n${alarms}`;
    })
    .join('');
}

function renderOutcome(report: BuildReport): string {
  const { summary, isPublished, file } = report;
  const day = report.asOf === null ? '' : ` as of ${report.asOf}`;
  const notes = report.lost.map(
    ({ schema, name }) => `  ${schema}.${name} no longer fits what it reads: build it too.\n`,
  );
  if (report.leftTests.length > 0) {
    notes.push(`  ${report.leftTests.length} tests were left out: they need models that were never built.\n`);
  }
  const seconds = summary.seconds.toFixed(1);
  const noticed =
    (report.scores === null ? '' : renderScores(report.scores.outcomes)) +
    (report.milestones === null ? '' : renderDetection(report.milestones)) +
    (report.alerts === null ? '' : renderAlertRun(report.alerts));
  if (isPublished)
    return `${notes.join('')}${noticed}Built${day} in ${seconds} s. The warehouse is ${file}\n`;
  return [
    `Not published${day}: something of severity error failed. The last good warehouse goes on serving.`,
    `The failed one is ${file}; look into it with tenure query --failed "SQL".`,
    '',
  ].join('\n');
}

function renderJson(report: BuildReport): string {
  const results = report.summary.results.map(({ compiledCode: _, ...result }) => result);
  const { counts, ok, seconds } = report.summary;
  const { asOf, isPublished, file, lost, leftTests, milestones, alerts } = report;
  const scores = report.scores?.outcomes.map(({ models, ...outcome }) => ({
    ...outcome,
    models: models.length,
    version: models.at(-1)?.version ?? null,
    rocAuc: models.at(-1)?.card.figures.rocAuc ?? null,
    alarms: models.at(-1)?.card.alarms ?? [],
  }));
  const shown = {
    asOf,
    isPublished,
    file,
    lost,
    leftTests,
    scores: scores ?? null,
    milestones,
    alerts,
    ok,
    counts,
    seconds,
    results,
  };
  return `${JSON.stringify(shown)}\n`;
}

async function runBuildCommand(invocation: Invocation, context: CliContext): Promise<number> {
  const tenure = openCurrent(invocation, context);
  const progress = openRunProgress(context, invocation.isJson);
  try {
    const report = await tenure.build({
      ...parseSelection(invocation),
      fullRefresh: invocation.options['full-refresh'] === true,
      signal: context.signal,
      onResult: progress.onResult,
      onTrain: progress.onTrain,
    });
    progress.stop();
    context.write(
      invocation.isJson ? renderJson(report) : renderRunSummary(report.summary) + renderOutcome(report),
    );
    return report.summary.ok ? 0 : 1;
  } finally {
    progress.stop();
  }
}

export const buildCommand: Command = {
  name: 'build',
  summary: 'Build models with their tests; publish the warehouse when all is well.',
  usage: '[--select S] [--exclude S] [--as-of D] [--full-refresh]',
  maxWords: 0,
  options: {
    ...SELECTION_OPTIONS,
    'full-refresh': { type: 'boolean', description: 'Rebuild incremental models from nothing.' },
    ...PROJECT_OPTION,
  },
  examples: [
    { line: 'tenure build', note: 'Everything.' },
    { line: 'tenure build --select +customer_lifetime_value', note: 'One model and all it needs.' },
    { line: 'tenure build --as-of 2026-03-14', note: 'The company as it was on that day.' },
    { line: 'tenure build --project-dir ../jaffle', note: 'Any small dbt project.' },
  ],
  run: runBuildCommand,
};
