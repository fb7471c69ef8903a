import type { AlertMetric } from './alert-metrics.ts';
import { type AlertRule, type Condition, parseDays, readCondition } from './alert-rule.ts';
import { renderWeekday } from './days.ts';

/** A day on which a rule is in breach, as it was measured. */
export interface Breach {
  readonly entityId: string;
  readonly entityName: string;
  readonly day: string;
  readonly value: number | string;
  readonly reference: number | string | null;
  /** What was compared: the value itself, the change, or the distance in deviations; null for a state. */
  readonly measure: number | null;
}

const TIMES = ['hours', 'days', 'minutes', 'years'];

function renderFigure(value: number, digits: number): string {
  const text = Math.abs(value).toLocaleString('en-US', { maximumFractionDigits: digits });
  return value < 0 && text !== '0' ? `−${text}` : text;
}

/** A value in its unit, for example `52,300 USD`, `1 day` or `12.5 %`. */
function renderUnit(value: number | string | null, unit: string): string {
  if (value === null) return 'unknown';
  if (typeof value === 'string') return value;
  if (unit === 'usd') return `${renderFigure(value, Math.abs(value) < 100 ? 2 : 0)} USD`;
  if (unit === 'percent') return `${renderFigure(value, 1)} %`;
  if (unit === 'ratio') return renderFigure(value, 3);
  if (!TIMES.includes(unit)) return renderFigure(value, 1);
  const text = renderFigure(value, 1);
  return `${text} ${text === '1' ? unit.replace(/s$/, '') : unit}`;
}

const BOUNDS = {
  '<': (bound: string) => `under ${bound}`,
  '<=': (bound: string) => `${bound} or less`,
  '>': (bound: string) => `over ${bound}`,
  '>=': (bound: string) => `${bound} or more`,
} as const;

function renderPeriod(against: string): string {
  if (against === 'previous_week') return 'a week before';
  if (against === 'previous_month') return 'a month before';
  if (against === 'previous_year') return 'a year before';
  return `${against} before`;
}

type Change = Extract<Condition, { kind: 'change' }>;

function renderDifference(value: number, change: Change, unit: string): string {
  if (change.unit === 'percent') return `${renderFigure(value, 1)} %`;
  if (change.unit === 'points')
    return `${renderFigure(value, 1)} ${Math.abs(value) === 1 ? 'point' : 'points'}`;
  return renderUnit(value, unit);
}

function renderChange(change: Change, { reference, measure }: Breach, unit: string): string {
  const difference = measure ?? 0;
  const direction = difference < 0 ? 'down' : 'up';
  const size = renderDifference(Math.abs(difference), change, unit);
  return `${direction} ${size} from ${renderUnit(reference, unit)} ${renderPeriod(change.against)}`;
}

function renderBand({ day, value, reference, measure }: Breach, unit: string): string {
  const side = Number(value) < Number(reference) ? 'below' : 'above';
  const usual = `its usual ${renderUnit(reference, unit)} of a ${renderWeekday(day)}`;
  return `${side} ${usual} (${renderFigure(Math.abs(measure ?? 0), 1)} deviations)`;
}

function renderReason(condition: Condition, breach: Breach, unit: string): string {
  if (condition.kind === 'change') return renderChange(condition, breach, unit);
  if (condition.kind === 'out_of_band') return renderBand(breach, unit);
  if (condition.kind === 'becomes') return `it was ${breach.reference}`;
  const bound = BOUNDS[condition.operator](renderUnit(breach.reference, unit));
  if (condition.kind === 'threshold') return bound;
  return condition.percent === 100
    ? `${bound}, the target`
    : `${bound}, ${condition.percent} % of the target`;
}

function renderWhose({ label, kind }: AlertMetric, grain: string, entity: string): string {
  if (grain === 'company') return label;
  const isSegment = grain !== 'customer' && grain !== 'owner' && grain !== 'channel';
  if (isSegment && kind === 'number') return `${label} of ${grain.replaceAll('_', ' ')} ${entity}`;
  return `${label} of ${entity}`;
}

/**
 * What happened, in one sentence.
 *
 * @example
 * renderSentence(rule, subject, breach);
 * // 'Health score of Acme is 34, under 40.'
 */
export function renderSentence(rule: AlertRule, subject: AlertMetric, breach: Breach): string {
  const condition = readCondition(rule);
  const { least, of } = parseDays(rule.days);
  const count = of === 1 ? '' : ` (on ${least} of ${of} days)`;
  const whose = renderWhose(subject, rule.for, breach.entityName);
  const reason = renderReason(condition, breach, subject.unit);
  const isPlural = subject.unit === 'count' && /[^s]s$/.test(subject.label);
  const verb = condition.kind === 'becomes' ? 'became' : isPlural ? 'are' : 'is';
  return `${whose} ${verb} ${renderUnit(breach.value, subject.unit)}, ${reason}${count}.`;
}

function renderCondition(condition: Condition, unit: string): string {
  if (condition.kind === 'threshold') return `${condition.operator} ${renderUnit(condition.value, unit)}`;
  if (condition.kind === 'against_target')
    return `${condition.operator} ${condition.percent === 100 ? 'the target' : `${condition.percent} % of the target`}`;
  if (condition.kind === 'becomes') return `becomes ${condition.values.join(' or ')}`;
  if (condition.kind === 'change') {
    const size = renderDifference(condition.value, condition, unit);
    return `against ${renderPeriod(condition.against)} ${condition.operator} ${size}`;
  }
  const { direction, weeks, z } = condition;
  const side = direction === 'either' ? 'from' : direction;
  return `more than ${z} deviations ${side} its median of the same weekday in ${weeks} weeks`;
}

/** The rule in words, for lists and receipts: `Health score < 40, by customer, on 2 of 3 days`. */
export function renderRule(rule: AlertRule, subject: AlertMetric): string {
  const { least, of } = parseDays(rule.days);
  const parts = [
    `${subject.label} ${renderCondition(readCondition(rule), subject.unit)}`,
    ...(rule.for === 'company' ? [] : [`by ${rule.for.replaceAll('_', ' ')}`]),
    ...Object.entries(rule.filters).map(
      ([member, values]) => `${member.replaceAll('_', ' ')} ${values.join(' or ')}`,
    ),
    ...(of === 1 ? [] : [`on ${least} of ${of} days`]),
  ];
  return parts.join(', ');
}
