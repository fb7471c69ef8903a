import { TenureError } from '../base/index.ts';
import { listTables } from '../contract/index.ts';
import { type DefinitionProblem, didYouMean } from '../runner/index.ts';
import type { AlertMetric, AlertMetrics } from './alert-metrics.ts';
import { type AlertRule, type Condition, parseDays, readCondition } from './alert-rule.ts';
import { resolveSubject } from './subject.ts';

const MODEL_COLUMNS = ['customer_id', 'day', 'value'];

/** A problem of one rule; its path begins in the rule. */
type RuleProblem = DefinitionProblem;

function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`;
}

function* checkMetric(name: string, metrics: AlertMetrics): Generator<RuleProblem> {
  try {
    metrics.find(name);
  } catch (error) {
    if (!(error instanceof TenureError)) throw error;
    const path = ['metric'];
    yield error.code === 'METRIC_UNKNOWN'
      ? { path, problem: 'there is no such metric', hint: didYouMean(name, metrics.names, error.fix) }
      : { path, problem: 'two domains have it', hint: String(error.details['problem']) };
  }
}

function* checkModel(rule: AlertRule, metrics: AlertMetrics): Generator<RuleProblem> {
  const columns = metrics.models.get(rule.sql_model ?? '');
  if (columns === undefined) {
    const hint = didYouMean(rule.sql_model ?? '', metrics.models.keys(), 'docs/adding-a-model.md shows one.');
    yield { path: ['sql_model'], problem: 'there is no such model', hint };
    return;
  }
  const missing = MODEL_COLUMNS.find((column) => !columns.has(column));
  if (missing !== undefined) {
    const hint = `Give it the columns ${MODEL_COLUMNS.join(', ')}, and list them in its YAML.`;
    yield { path: ['sql_model'], problem: `the model has no column ${missing}`, hint };
  }
  if (rule.label === undefined) {
    const hint = 'Write what its value is, for example label: Days since the last login.';
    yield { path: ['sql_model'], problem: 'a rule over a model needs a label', hint };
  }
  const sources = listTables().map(({ schema, name }) => `${schema}.${name}`);
  for (const source of Object.keys(rule.needs ?? {}).filter((known) => !sources.includes(known))) {
    const hint = didYouMean(source, sources, 'docs/dictionary.md lists the tables.');
    yield { path: ['needs', source], problem: 'the contract has no such table', hint };
  }
}

function* checkSubject(rule: AlertRule, metrics: AlertMetrics): Generator<RuleProblem> {
  if ((rule.metric === undefined) === (rule.sql_model === undefined)) {
    yield { path: [], problem: 'a rule has either a metric or a sql_model', hint: 'Write one of the two.' };
  } else if (rule.metric === undefined) {
    yield* checkModel(rule, metrics);
  } else {
    for (const key of ['unit', 'needs'] as const) {
      if (rule[key] === undefined) continue;
      const hint = `Leave it out; ${key} is for a sql_model.`;
      yield { path: [key], problem: 'the metric says that itself', hint };
    }
    yield* checkMetric(rule.metric, metrics);
  }
}

function* checkGrain(rule: AlertRule, subject: AlertMetric): Generator<RuleProblem> {
  if (!subject.grains.includes(rule.for)) {
    const hint = didYouMean(rule.for, subject.grains, `It is by ${subject.grains.join(', ')}.`);
    yield { path: ['for'], problem: `${subject.name} is not kept by that`, hint };
  }
  for (const member of Object.keys(rule.filters).filter((key) => !subject.filters.includes(key))) {
    const hint = didYouMean(member, subject.filters, listNames(subject.filters));
    yield { path: ['filters', member], problem: `${subject.name} has no such dimension`, hint };
  }
}

function* checkTarget(rule: AlertRule, subject: AlertMetric): Generator<RuleProblem> {
  const path = ['when', 'against_target'];
  if (rule.sql_model !== undefined || rule.for !== 'company' || Object.keys(rule.filters).length > 0) {
    const problem = 'a target is one of a metric of the whole company';
    yield { path, problem, hint: 'Write for: company without filters, or a threshold.' };
  }
  if (subject.kind === 'state') yield { path, problem: 'a state has no target', hint: 'Write becomes.' };
}

function* checkCondition(rule: AlertRule, subject: AlertMetric): Generator<RuleProblem> {
  const condition: Condition = readCondition(rule);
  const path = ['when', condition.kind];
  if (condition.kind === 'against_target') yield* checkTarget(rule, subject);
  else if (condition.kind === 'becomes' && subject.kind === 'number') {
    yield { path, problem: `${subject.name} is a number`, hint: 'Write a threshold.' };
  } else if (condition.kind !== 'becomes' && subject.kind === 'state') {
    const hint = 'Write becomes with the values that matter.';
    yield { path, problem: `${subject.name} is a text, and has no more or less`, hint };
  }
  const isShare = subject.unit === 'ratio' || subject.unit === 'percent';
  if (condition.kind === 'change' && condition.unit === 'percent' && isShare) {
    const hint = 'Write unit: points (of a ratio, 0.01 is a point) or absolute.';
    yield { path: [...path, 'unit'], problem: `${subject.name} is a ${subject.unit} already`, hint };
  }
  if (condition.kind === 'becomes' && parseDays(rule.days).of > 1) {
    const hint = 'Leave days out.';
    yield { path: ['days'], problem: 'what it becomes, it becomes on one day', hint };
  }
}

/** What is wrong with a rule that has the right form, the first thing first; paths begin in the rule. */
export function* checkRule(rule: AlertRule, metrics: AlertMetrics): Generator<RuleProblem> {
  const problems = [...checkSubject(rule, metrics)];
  yield* problems;
  if (problems.length > 0) return;
  const subject = resolveSubject(rule, metrics);
  yield* checkGrain(rule, subject);
  yield* checkCondition(rule, subject);
}
