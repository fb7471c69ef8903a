import path from 'node:path';
import type { MilestonePreview, MilestoneReport, UpcomingReport } from '../app/index.ts';
import type { Row, Value } from '../engines/index.ts';
import { type Invocation, parseCount, parseDayOption, parseTextOption } from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, parseOneOf, parseWord, type Verb } from './verb-command.ts';

function renderRows(columns: readonly string[], rows: readonly Row[]): string {
  if (rows.length === 0) return 'None.\n';
  return renderTextTable(
    columns,
    rows.map((row) => columns.map((column): Value => row[column] ?? null)),
  );
}

function renderTelling({ told, telling }: MilestoneReport): string {
  if (telling === null || told.length + telling.renewed === 0) return '';
  const ways = [
    `${telling.singly} to tell singly`,
    ...(telling.held > 0 ? [`${telling.held} in digests`] : []),
    ...(telling.cancelled > 0 ? [`${telling.cancelled} snoozed`] : []),
    ...(telling.renewed > 0 ? [`${telling.renewed} cards renewed`] : []),
  ];
  return `  ${ways.join(', ')}.\n${telling.notes.map((note) => `  ${note}\n`).join('')}`;
}

/** One line on a detection, for `build` and `milestones detect`. */
export function renderDetection(report: MilestoneReport): string {
  const { counts, told, asOf, waiting } = report;
  if (!report.isRecorded)
    return `Milestones: none recorded, a later day than ${asOf} was looked at before.\n`;
  const changes = [
    `${counts.recorded} new (${counts.historical} of them history, ${told.length} to tell)`,
    ...(counts.moved > 0 ? [`${counts.moved} moved`] : []),
    ...(counts.restored > 0 ? [`${counts.restored} restored`] : []),
    ...(counts.revoked > 0 ? [`${counts.revoked} revoked`] : []),
  ];
  const notes = waiting.map(
    ({ name, problem, hint }) => `  ${name} was not looked at: ${problem}. ${hint}\n`,
  );
  return `Milestones: ${changes.join(', ')}.\n${renderTelling(report)}${notes.join('')}`;
}

function renderUpcoming({ rows, quality }: UpcomingReport): string {
  const columns = [
    'expected_on',
    'earliest_on',
    'latest_on',
    'customer_name',
    'owner_name',
    'definition_name',
    'occurrence',
    'basis',
  ];
  const share = quality.hitRate === null ? null : `${(100 * quality.hitRate).toFixed(0)} %`;
  const held =
    share === null
      ? `Of dates by rate ${quality.tried} could be tried on the past: too few to say how often they hold.`
      : `Dates by rate came true within their interval in ${share} of past cases that it was not made from (80 % is what it aims at; ${quality.tried} tried).`;
  return `${renderRows(columns, rows)}${held}\n`;
}

function renderPreview({ findings, alerts, waiting }: MilestonePreview): string {
  const found = [
    'achieved_at',
    'definition',
    'occurrence',
    'customer_name',
    'owner_id',
    'achieved_precision',
  ];
  const notes = waiting.map(
    ({ name, problem, hint }) => `${name} cannot be looked at: ${problem}. ${hint}\n`,
  );
  const weeks = renderRows(['week', 'owner_id', 'owner_name', 'alerts'], alerts.slice(-20));
  return `${notes.join('')}${renderRows(found, findings)}\nAlerts a week and owner, had it been there all along (the latest):\n${weeks}`;
}

const TYPES = ['time', 'usage', 'adoption', 'business', 'custom'] as const;
function parseType(invocation: Invocation): string | undefined {
  const type = parseTextOption(invocation, 'type');
  return type === undefined ? undefined : parseOneOf(type, TYPES);
}

const FILE = 'a file of definitions';

const VERBS: Readonly<Record<string, Verb>> = {
  detect: { ask: (tenure) => tenure.milestones.detect(), render: renderDetection },
  list: {
    ask: (tenure, invocation) =>
      tenure.milestones.list({
        customerId: parseTextOption(invocation, 'customer'),
        type: parseType(invocation),
        since: parseDayOption(invocation, 'since'),
        ownerId: parseTextOption(invocation, 'owner'),
        hasRevoked: invocation.options['revoked'] === true,
        limit: parseCount(invocation, 'limit'),
      }),
    render: (rows: readonly Row[]) =>
      renderRows(
        [
          'achieved_at',
          'customer_name',
          'owner_name',
          'milestone_type',
          'milestone_name',
          'celebrated',
          'id',
        ],
        rows,
      ),
  },
  upcoming: {
    ask: (tenure, invocation) =>
      tenure.milestones.upcoming({
        days: parseCount(invocation, 'days'),
        ownerId: parseTextOption(invocation, 'owner'),
      }),
    render: renderUpcoming,
  },
  preview: {
    word: 'the name of a definition, or a file',
    ask: (tenure, invocation, context) => {
      const word = invocation.positionals[1];
      const isFile = word?.endsWith('.yml') === true || word?.endsWith('.yaml') === true;
      return tenure.milestones.preview({
        file: isFile ? path.resolve(context.cwd, word) : undefined,
        name: isFile ? undefined : word,
        limit: parseCount(invocation, 'limit'),
      });
    },
    render: renderPreview,
  },
  import: {
    word: FILE,
    ask: (tenure, invocation, context) =>
      tenure.milestones.import(path.resolve(context.cwd, parseWord(invocation, FILE))),
    render: (changes: number) => `${changes} definitions are new or changed.\n`,
  },
  export: { ask: (tenure) => tenure.milestones.export(), render: (yaml: string) => yaml },
};

export const milestonesCommand = buildVerbCommand({
  name: 'milestones',
  summary: 'Notice what customers reached, list it, see what comes, and try definitions out.',
  usage: 'detect | list | upcoming | preview [NAME|FILE] | import FILE | export',
  verbs: VERBS,
  options: {
    customer: { type: 'string', value: 'ID', description: 'list: of this customer.' },
    type: { type: 'string', value: 'T', description: 'list: time, usage, adoption, business or custom.' },
    since: { type: 'string', value: 'D', description: 'list: achieved on this day or later.' },
    owner: { type: 'string', value: 'ID', description: 'list, upcoming: of this customer success manager.' },
    revoked: { type: 'boolean', description: 'list: those that were revoked, too.' },
    days: { type: 'string', value: 'N', description: 'upcoming: how far to look ahead; 90 unless given.' },
    limit: {
      type: 'string',
      value: 'N',
      description: 'list, preview: how many are shown; 100 unless given.',
    },
  },
  examples: [
    { line: 'tenure milestones detect', note: 'Looks through all of history; `tenure build` does it too.' },
    { line: 'tenure milestones list --type usage --limit 10', note: 'The latest, newest first.' },
    { line: 'tenure milestones upcoming --days 30', note: 'What to prepare for, with how sure that is.' },
    {
      line: 'tenure milestones preview "API calls"',
      note: 'Who would have reached it and when; a file works as well.',
    },
    { line: 'tenure milestones export', note: 'The definitions as YAML, for milestones.yml or `import`.' },
  ],
});
