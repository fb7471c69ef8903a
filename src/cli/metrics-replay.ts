import fs from 'node:fs';
import path from 'node:path';
import { ALERT_BANDS, type AlertBand, type ReplayReport, type Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import type { Value } from '../engines/index.ts';
import { type CliContext, type Invocation, parseTextOption } from './command.ts';
import { parseAsOf } from './selection.ts';
import { renderTextTable } from './text-table.ts';

const SHOWN = 20;
const BAND_NAMES: Readonly<Record<AlertBand, string>> = {
  stable: 'Stable',
  at_risk: 'At Risk',
  critical: 'Critical',
};

function round(value: number | null, digits: number): string {
  return value === null ? '—' : value.toFixed(digits);
}

function percent(value: number | null): string {
  return value === null ? '—' : `${(100 * value).toFixed(1)} %`;
}

function renderChanges({ asOf, customers, changes }: ReplayReport): string {
  const head = `${changes.length} of ${customers} customers change band on ${asOf}.\n`;
  if (changes.length === 0) return head;
  const rows = changes
    .slice(0, SHOWN)
    .map(({ customerName, mrr, from, to, scoreBefore, scoreAfter }): readonly Value[] => [
      customerName,
      mrr,
      from,
      to,
      round(scoreBefore, 1),
      round(scoreAfter, 1),
    ]);
  const left = changes.length - rows.length;
  const more = left > 0 ? `… and ${left} more: --json lists them all.\n` : '';
  return `${head}\n${renderTextTable(['customer', 'mrr', 'from', 'to', 'score', 'becomes'], rows)}${more}`;
}

function renderMatrix({ matrix, changedDays, customerDays }: ReplayReport): string {
  const names = ['Excellent', 'Stable', 'At Risk', 'Critical', 'Unknown'];
  const count = (from: string, to: string): number =>
    matrix.find((entry) => entry.from === from && entry.to === to)?.days ?? 0;
  const rows = names.map((from): readonly Value[] => [from, ...names.map((to) => count(from, to))]);
  const table = renderTextTable(['days from \\ to', ...names], rows);
  return `${changedDays} of ${customerDays} customer-days of all history change band.\n\n${table}`;
}

function renderRecords(report: ReplayReport): string {
  const { before, after, band, horizonDays, months, asOf } = report;
  const rows: readonly (readonly [string, string, string])[] = [
    ['alerted customer-months', String(before.alertedMonths), String(after.alertedMonths)],
    ['followed by churn', String(before.followedMonths), String(after.followedMonths)],
    ['precision', percent(before.precision), percent(after.precision)],
    ['customers who left', String(before.churned), String(after.churned)],
    ['alerted before', String(before.churnedAlerted), String(after.churnedAlerted)],
    ['recall', percent(before.recall), percent(after.recall)],
    ['median lead, days', round(before.medianLeadDays, 1), round(after.medianLeadDays, 1)],
    ['ROC AUC of the score', round(before.rocAuc, 3), round(after.rocAuc, 3)],
  ];
  const counted =
    months.count === 0
      ? `No month-end lies ${horizonDays} days before ${asOf}.`
      : `${months.count} month-ends from ${months.first} to ${months.last} count, those whose ${horizonDays} days are over by ${asOf}; churn followed ${percent(report.baseRate)} of their ${before.customerMonths} customer-months.`;
  return [
    `An alert is the band ${BAND_NAMES[band]} or worse. ${counted}`,
    '',
    renderTextTable(['', 'now', 'changed'], rows),
  ].join('\n');
}

function renderReplay(report: ReplayReport): string {
  const { before, after } = report.versions;
  const present = before === null ? 'of the warehouse' : `version ${before.version} of the warehouse`;
  return [
    `Health version ${after} against ${present}. Nothing was changed.\n`,
    renderChanges(report),
    renderMatrix(report),
    renderRecords(report),
  ].join('\n');
}

function parseBand(invocation: Invocation): AlertBand | undefined {
  const text = parseTextOption(invocation, 'band');
  if (text === undefined) return undefined;
  const word = text.trim().toLowerCase().replaceAll(' ', '_');
  if (Object.hasOwn(ALERT_BANDS, word)) return word as AlertBand;
  const problem = `--band ${text}: give ${Object.keys(ALERT_BANDS).join(', ')}.`;
  throw new TenureError('USAGE', { problem });
}

function parseHorizon(invocation: Invocation): number | undefined {
  const text = parseTextOption(invocation, 'horizon');
  if (text === undefined) return undefined;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days;
  throw new TenureError('USAGE', { problem: `--horizon ${text}: give a number of days such as 90.` });
}

/** `tenure metrics replay --change FILE`. */
export async function runReplayVerb(
  tenure: Tenure,
  invocation: Invocation,
  context: CliContext,
): Promise<number> {
  const change = parseTextOption(invocation, 'change');
  if (change === undefined)
    throw new TenureError('USAGE', { problem: 'tenure metrics replay needs --change FILE.' });
  const file = path.resolve(context.cwd, change);
  if (!fs.existsSync(file)) throw new TenureError('USAGE', { problem: `--change ${change}: no such file.` });
  const asOf = parseAsOf(invocation);
  const band = parseBand(invocation);
  const horizonDays = parseHorizon(invocation);
  const report = await tenure.metrics.replay({
    change: file,
    ...(asOf === undefined ? {} : { asOf }),
    ...(band === undefined ? {} : { band }),
    ...(horizonDays === undefined ? {} : { horizonDays }),
  });
  context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderReplay(report));
  return 0;
}
