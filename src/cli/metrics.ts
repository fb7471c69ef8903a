import fs from 'node:fs';
import path from 'node:path';
import type { MetricAnswer, MetricCard, Tenure } from '../app/index.ts';
import { errorText, TenureError } from '../base/index.ts';
import type { Value } from '../engines/index.ts';
import { type CliContext, type Command, type Invocation, parseTextOption } from './command.ts';
import { runReplayVerb } from './metrics-replay.ts';
import { openCurrent } from './open.ts';
import { renderTextTable } from './text-table.ts';

function renderCard(card: MetricCard): string {
  const needs = Object.entries(card.needs).map(([source, days]) =>
    days === null ? source : `${source} (${days} days)`,
  );
  const lines: readonly (readonly [string, string])[] = [
    ['metric', `${card.domain}.${card.metric}`],
    ['label', card.label],
    ['means', card.description],
    ['unit', `${card.unit}, better ${card.goodDirection}`],
    ['tier', card.tier],
    ['owner', card.owner],
    ['also called', card.synonyms.join(', ')],
    ['table', card.table],
    ['made of', card.formula],
    ['rests on', card.restsOn === null ? '' : `the ${card.restsOn} definition (docs/health.md)`],
    ['dimensions', card.dimensions.join(', ')],
    ['needs', needs.join(', ')],
    ['version', card.version],
  ];
  const shown = lines.filter(([, text]) => text !== '').map(([name, text]) => `${name.padEnd(12)} ${text}`);
  return `${[...shown, '', 'Another way to the same number:', card.checkQuery].join('\n')}\n`;
}

function readQuery(text: string, context: CliContext): unknown {
  const file = path.resolve(context.cwd, text);
  const isFile = !text.trimStart().startsWith('{') && fs.existsSync(file);
  try {
    return JSON.parse(isFile ? fs.readFileSync(file, 'utf8') : text);
  } catch (error) {
    const where = isFile ? text : 'the query';
    throw new TenureError(
      'USAGE',
      { problem: `${where} is not JSON: ${errorText(error)}` },
      { cause: error },
    );
  }
}

/** `tenure metrics query current_mrr,win_rate --by plan_tier --range "last 3 months" --every month`, or JSON. */
function buildQuery(text: string, invocation: Invocation, context: CliContext): unknown {
  const isJson = /[{./]/.test(text) && (text.trimStart().startsWith('{') || text.endsWith('.json'));
  if (isJson) return readQuery(text, context);
  const list = (name: string) =>
    parseTextOption(invocation, name)
      ?.split(',')
      .map((word) => word.trim());
  const range = parseTextOption(invocation, 'range');
  const granularity = parseTextOption(invocation, 'every');
  const asOf = parseTextOption(invocation, 'as-of');
  return {
    metrics: text.split(',').map((word) => word.trim()),
    dimensions: list('by') ?? [],
    compare: list('compare') ?? [],
    time: {
      ...(range === undefined ? {} : { range }),
      ...(granularity === undefined ? {} : { granularity }),
      ...(asOf === undefined ? {} : { asOf }),
    },
  };
}

function writeAnswer(answer: MetricAnswer, invocation: Invocation, context: CliContext): void {
  if (invocation.isJson) {
    context.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  const columns = Object.keys(answer.rows[0] ?? {});
  const rows = answer.rows.map((row) => columns.map((column): Value => row[column] ?? null));
  if (rows.length > 0) context.write(renderTextTable(columns, rows));
  else context.note('No rows.\n');
  for (const { metric, reason, how } of answer.unavailable)
    context.note(`${metric} is not available: ${reason}. ${how}\n`);
  for (const warning of answer.warnings) context.note(`${warning}\n`);
  const partial = answer.periods.filter(({ isPartial }) => isPartial).map(({ start }) => start);
  if (partial.length > 0) context.note(`Still running: ${partial.join(', ')}\n`);
  if (invocation.options['sql'] === true)
    context.note(`${answer.sql}\n-- ${JSON.stringify(answer.parameters)}\n`);
}

async function runVerb(tenure: Tenure, invocation: Invocation, context: CliContext): Promise<number> {
  const [verb, word] = invocation.positionals;
  if (verb === 'list') {
    const entries = tenure.metrics.list();
    if (invocation.isJson) context.write(`${JSON.stringify(entries)}\n`);
    else {
      const rows = entries.map((entry) => [
        entry.domain,
        entry.metric,
        entry.unit,
        entry.tier,
        entry.description,
      ]);
      context.write(renderTextTable(['domain', 'metric', 'unit', 'tier', 'means'], rows));
    }
    return 0;
  }
  if (verb === 'replay') return runReplayVerb(tenure, invocation, context);
  if (word === undefined || (verb !== 'show' && verb !== 'query')) {
    throw new TenureError('USAGE', {
      problem: 'tenure metrics takes list, show NAME, query QUERY or replay --change FILE.',
    });
  }
  if (verb === 'show') {
    const card = tenure.metrics.show(word);
    context.write(invocation.isJson ? `${JSON.stringify(card)}\n` : renderCard(card));
    return 0;
  }
  const query = buildQuery(word, invocation, context) as Parameters<Tenure['metrics']['query']>[0];
  writeAnswer(await tenure.metrics.query(query), invocation, context);
  return 0;
}

export const metricsCommand: Command = {
  name: 'metrics',
  summary: 'List the metrics, show what one means, ask for their values, or replay a changed health score.',
  usage:
    'list | show NAME | query METRICS|JSON [--by DIMENSIONS] [--range R] [--every G] | replay --change FILE',
  maxWords: 2,
  options: {
    by: { type: 'string', value: 'LIST', description: 'Dimensions: plan_tier, owner_name, channel …' },
    range: { type: 'string', value: 'R', description: '"last 12 months", "this quarter", "previous week".' },
    every: { type: 'string', value: 'G', description: 'day, week, month, quarter or year.' },
    compare: {
      type: 'string',
      value: 'LIST',
      description: 'previous_period, previous_range, previous_year.',
    },
    'as-of': {
      type: 'string',
      value: 'D',
      description: 'The day to look back from; the build’s own unless given.',
    },
    change: { type: 'string', value: 'FILE', description: 'replay: a changed health.yml.' },
    band: {
      type: 'string',
      value: 'B',
      description: 'replay: the band an alert begins with: stable, at_risk (unless given), critical.',
    },
    horizon: {
      type: 'string',
      value: 'DAYS',
      description: 'replay: within how many days churn counts as foreseen; 90 unless given.',
    },
    sql: { type: 'boolean', description: 'Show the SQL of the answer too.' },
  },
  examples: [
    { line: 'tenure metrics list', note: 'Every metric, with its unit and meaning.' },
    { line: 'tenure metrics show win_rate', note: 'Its definition, its parts, and a check of it.' },
    {
      line: 'tenure metrics query current_mrr --by plan_tier --range "last 3 months" --every month',
      note: 'Values by month and tier.',
    },
    {
      line: `tenure metrics query '{"metrics": ["win_rate"], "compare": ["previous_period"], "time": {"range": "this quarter"}}'`,
      note: 'The JSON of the library; a file name works as well.',
    },
    {
      line: 'tenure metrics replay --change health-3.yml',
      note: 'What a changed health score would have said on every day, beside the present one; nothing is written.',
    },
  ],
  async run(invocation, context) {
    return runVerb(openCurrent(invocation, context), invocation, context);
  },
};
