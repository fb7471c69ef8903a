import type { Candidate, Celebration, CelebrationReport } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import {
  type Invocation,
  parseCount,
  parseDayOption,
  parseNeededCount,
  parseNeededOption,
  parseTextOption,
} from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, parseOneOf, parseWord, type Verb } from './verb-command.ts';

const WAYS = ['email', 'social', 'gift', 'case_study', 'call', 'other'] as const;
const KINDS = ['email', 'social', 'gift', 'case_study'] as const;

const ID = 'the id of a milestone; `tenure milestones list` shows them';

function parseAct(invocation: Invocation) {
  return { milestoneId: parseWord(invocation, ID), by: parseNeededOption(invocation, 'by') };
}

function parseEdit(invocation: Invocation) {
  const [subject, text, to] = ['subject', 'text', 'to'].map((name) => parseTextOption(invocation, name));
  if (subject === undefined && text === undefined && to === undefined)
    throw new TenureError('USAGE', { problem: 'edit needs at least one of --subject, --text and --to.' });
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(text === undefined ? {} : { text }),
    ...(to === undefined ? {} : { recipient: { name: null, address: to } }),
  };
}

function renderCelebration(celebration: Celebration): string {
  const { milestoneId, state, kind, revision, recipientName, recipientAddress, subject, text } = celebration;
  const head = `${milestoneId} is ${state}${kind === null ? '' : ` (${kind}, revision ${revision})`}.\n`;
  if (text === null) return head;
  const to =
    recipientAddress === null ? '— (no address on file)' : `${recipientName ?? ''} <${recipientAddress}>`;
  return `${head}\nTo: ${to.trim()}\nSubject: ${subject ?? ''}\n\n${text}\n`;
}

function renderApproved(celebration: Celebration): string {
  const next = '\nIt waits in the outbox: `tenure serve` sends it, or `tenure notifications deliver`.\n';
  return `${renderCelebration(celebration)}${celebration.state === 'approved' ? next : ''}`;
}

function renderList(celebrations: readonly Celebration[]): string {
  if (celebrations.length === 0) return 'None.\n';
  return renderTextTable(
    ['customer', 'state', 'kind', 'revision', 'approved_by', 'celebrated_as', 'milestone'],
    celebrations.map((one) => [
      one.customerId,
      one.state,
      one.kind,
      one.revision,
      one.approvedBy,
      one.celebrationType,
      one.milestoneId,
    ]),
  );
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : `${(100 * value).toFixed(0)} %`;
}

function renderReport(report: CelebrationReport): string {
  const { interval, sentiment, byType, byOwner } = report;
  const range =
    interval === null ? '' : ` (95 % interval ${percent(interval.low)} to ${percent(interval.high)})`;
  const rows = [...byType, ...byOwner].map((row) => [
    row.label,
    row.n,
    row.celebrated,
    percent(row.share),
    row.stillOpen,
  ]);
  return [
    `Of ${report.n} significant milestones since ${report.from}, ${report.celebrated} were celebrated within 30 days: ${percent(report.share)}${range}; goal ${percent(report.goal)}, ${report.verdict}.`,
    `${report.stillOpen} are not celebrated yet and have time left; ${report.late} were celebrated later.`,
    `NPS before and after: ${sentiment.verdict}.`,
    rows.length === 0
      ? ''
      : `\n${renderTextTable(['by type, by owner', 'n', 'celebrated', 'share', 'open'], rows)}`,
  ].join('\n');
}

/** As a table, or as it is where it is CSV already. */
function renderCandidates(candidates: readonly Candidate[] | string): string {
  if (typeof candidates === 'string') return candidates;
  return renderTextTable(
    ['customer', 'state', 'met', 'ready', 'missing'],
    candidates.slice(0, 20).map(({ customerName, state, checksMet, checks, isReady }) => [
      customerName,
      state,
      `${checksMet} of ${checks.length}`,
      isReady,
      checks
        .filter(({ isMet }) => isMet !== true)
        .map(({ name }) => name)
        .join(', '),
    ]),
  );
}

const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    ask: (tenure, invocation) => tenure.celebrations.list(parseCount(invocation, 'limit')),
    render: renderList,
  },
  draft: {
    word: ID,
    ask: (tenure, invocation) => {
      const kind = parseOneOf(parseTextOption(invocation, 'kind') ?? 'email', KINDS);
      return tenure.celebrations.draft({ ...parseAct(invocation), kind });
    },
    render: renderCelebration,
  },
  edit: {
    word: ID,
    ask: (tenure, invocation) =>
      tenure.celebrations.edit({ ...parseAct(invocation), edit: parseEdit(invocation) }),
    render: renderCelebration,
  },
  approve: {
    word: ID,
    ask: (tenure, invocation) => {
      const act = parseAct(invocation);
      return tenure.celebrations.approve({ ...act, revision: parseNeededCount(invocation, 'revision') });
    },
    render: renderApproved,
  },
  done: {
    word: ID,
    ask: (tenure, invocation) =>
      tenure.celebrations.done({
        ...parseAct(invocation),
        how: parseOneOf(parseNeededOption(invocation, 'how'), WAYS),
        note: parseTextOption(invocation, 'note'),
      }),
    render: renderCelebration,
  },
  skip: {
    word: ID,
    ask: (tenure, invocation) =>
      tenure.celebrations.skip({ ...parseAct(invocation), reason: parseNeededOption(invocation, 'reason') }),
    render: renderCelebration,
  },
  report: {
    ask: (tenure, invocation) => tenure.celebrations.report({ from: parseDayOption(invocation, 'since') }),
    render: renderReport,
  },
  candidates: {
    ask: (tenure, invocation) =>
      invocation.options['csv'] === true
        ? tenure.celebrations.exportCandidates()
        : tenure.celebrations.candidates(),
    render: renderCandidates,
  },
};

export const celebrationsCommand = buildVerbCommand({
  name: 'celebrations',
  summary: 'Draft, approve and record how milestones are celebrated; report on it; find case studies.',
  usage: 'list | draft ID | edit ID | approve ID | done ID | skip ID | report | candidates [--csv]',
  verbs: VERBS,
  options: {
    by: {
      type: 'string',
      value: 'WHO',
      description: 'Who does it; needed by everything that changes something.',
    },
    kind: {
      type: 'string',
      value: 'K',
      description: 'draft: email (unless given), social, gift or case_study.',
    },
    subject: { type: 'string', value: 'S', description: 'edit: another subject.' },
    text: { type: 'string', value: 'T', description: 'edit: another text.' },
    to: { type: 'string', value: 'ADDRESS', description: 'edit: another address.' },
    revision: { type: 'string', value: 'N', description: 'approve: the revision that was read.' },
    how: { type: 'string', value: 'WAY', description: `done: ${WAYS.join(', ')}.` },
    note: { type: 'string', value: 'N', description: 'done: a note.' },
    reason: { type: 'string', value: 'WHY', description: 'skip: why.' },
    since: { type: 'string', value: 'D', description: 'report: noticed on this day or later.' },
    limit: { type: 'string', value: 'N', description: 'list: how many are shown; 100 unless given.' },
    csv: { type: 'boolean', description: 'candidates: all of them as CSV.' },
  },
  examples: [
    { line: 'tenure celebrations report', note: 'The share celebrated within 30 days, by type and owner.' },
    { line: 'tenure celebrations candidates --csv', note: 'Who a case study could be written about.' },
    {
      line: 'tenure celebrations draft 66514255-01d2-5478-0161-3ce2e9f6e281 --by Maria',
      note: 'The words, filled in; nothing is sent before somebody approves them.',
    },
  ],
});
