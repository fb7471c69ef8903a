import path from 'node:path';
import type { AlertRunReport, AlertSnooze, RecordedFiring, RulePreview } from '../app/index.ts';
import { type Invocation, parseCount, parseNeededOption, parseTextOption } from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, type Verb } from './verb-command.ts';

const SHOWN = 20;

/** What the rules found, for `build` and `alerts run`. */
export function renderAlertRun({ told, historical, corrected, waiting }: AlertRunReport): string {
  const changes = [
    `${told.length} to tell`,
    ...(historical > 0 ? [`${historical} of days long past`] : []),
    ...(corrected > 0 ? [`${corrected} corrected`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} rules wait`] : []),
  ];
  return `Alerts: ${changes.join(', ')}.\n`;
}

function renderRun(report: AlertRunReport): string {
  const told = report.told.slice(0, SHOWN).map(({ day, sentence }) => `  ${day}  ${sentence}\n`);
  const left = report.told.length - told.length;
  const more = left > 0 ? `  … and ${left} more: tenure alerts list\n` : '';
  const waiting = report.waiting.map(({ rule, reason }) => `  ${rule} waits: ${reason}\n`);
  return `${renderAlertRun(report)}${told.join('')}${more}${waiting.join('')}`;
}

function renderFirings(firings: readonly RecordedFiring[]): string {
  if (firings.length === 0) return 'None.\n';
  return renderTextTable(
    ['day', 'rule', 'severity', 'about', 'value', 'outdated'],
    firings.map((firing) => [
      firing.day,
      firing.rule,
      firing.severity,
      firing.entityName,
      firing.value,
      firing.isOutdated,
    ]),
  );
}

function renderPreviews(previews: readonly RulePreview[]): string {
  const rows = previews.map(({ rule, firings, range, waits }) => [
    rule,
    waits === null ? firings.length : null,
    range.from,
    range.to,
    waits ?? firings.at(-1)?.sentence ?? null,
  ]);
  return renderTextTable(['rule', 'fired', 'from', 'until', 'the last one, or why it waits'], rows);
}

function buildSnooze(invocation: Invocation) {
  const read = (name: string) => parseNeededOption(invocation, name);
  const rule = invocation.positionals[1];
  const customer = parseTextOption(invocation, 'customer');
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(customer === undefined ? {} : { entity: { kind: 'customer', id: customer } }),
    until: read('until'),
    by: read('by'),
    reason: read('reason'),
  };
}

function renderSnooze({ rule, entity, until }: AlertSnooze): string {
  const what = [rule, entity === undefined ? undefined : `${entity.kind} ${entity.id}`];
  return `${what.filter((part) => part !== undefined).join(' for ')} is quiet up to ${until}.\n`;
}

const RULE = 'the name of a rule';

const VERBS: Readonly<Record<string, Verb>> = {
  run: { ask: (tenure) => tenure.alerts.run(), render: renderRun },
  list: {
    word: RULE,
    ask: (tenure, invocation) => {
      const rule = invocation.positionals[1];
      const customer = parseTextOption(invocation, 'customer');
      return tenure.alerts.list({
        limit: parseCount(invocation, 'limit') ?? 100,
        ...(rule === undefined ? {} : { rule }),
        ...(customer === undefined ? {} : { entityKind: 'customer', entityId: customer }),
      });
    },
    render: renderFirings,
  },
  preview: {
    word: RULE,
    ask: (tenure, invocation, context) => {
      const file = parseTextOption(invocation, 'file');
      return tenure.alerts.preview({
        name: invocation.positionals[1],
        file: file === undefined ? undefined : path.resolve(context.cwd, file),
        days: parseCount(invocation, 'days'),
      });
    },
    render: renderPreviews,
  },
  snooze: {
    word: RULE,
    ask: async (tenure, invocation) => {
      const snooze = buildSnooze(invocation);
      await tenure.alerts.snooze(snooze);
      return snooze;
    },
    render: renderSnooze,
  },
};

export const alertsCommand = buildVerbCommand({
  name: 'alerts',
  summary: 'Judge the alert rules over metrics, list what fired, try rules out, keep one quiet.',
  usage: 'run | list [RULE] | preview [RULE] | snooze [RULE] --until D --by WHO --reason WHY',
  verbs: VERBS,
  options: {
    customer: { type: 'string', value: 'ID', description: 'list, snooze: of this customer.' },
    limit: { type: 'string', value: 'N', description: 'list: how many are shown; 100 unless given.' },
    file: {
      type: 'string',
      value: 'FILE',
      description: 'preview: rules of this file beside the shipped ones.',
    },
    days: { type: 'string', value: 'N', description: 'preview: how far back; 365 unless given.' },
    until: { type: 'string', value: 'D', description: 'snooze: the last quiet day.' },
    by: { type: 'string', value: 'WHO', description: 'snooze: who wants it.' },
    reason: { type: 'string', value: 'WHY', description: 'snooze: why.' },
  },
  examples: [
    { line: 'tenure alerts run', note: 'Judges the days since the last time; `tenure build` does it too.' },
    { line: 'tenure alerts list --limit 10', note: 'What fired, the latest first.' },
    { line: 'tenure alerts preview health_below_40', note: 'How often a rule would have fired in a year.' },
  ],
});
