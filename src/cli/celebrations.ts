import type { Candidate, Celebration, CelebrationReport, Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import {
  type CliContext,
  type Command,
  type Invocation,
  parseCount,
  parseNeededOption,
  parseTextOption,
} from './command.ts';
import { openCurrent } from './open.ts';
import { renderTextTable } from './text-table.ts';

const WAYS = ['email', 'social', 'gift', 'case_study', 'call', 'other'] as const;
const KINDS = ['email', 'social', 'gift', 'case_study'] as const;

function parseOneOf<T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  throw new TenureError('USAGE', { problem: `${text} is none of ${allowed.join(', ')}.` });
}

function parseAct(invocation: Invocation) {
  const milestoneId = invocation.positionals[1];
  if (milestoneId === undefined)
    throw new TenureError('USAGE', {
      problem: 'It takes the id of a milestone; `tenure milestones list` shows them.',
    });
  return { milestoneId, by: parseNeededOption(invocation, 'by') };
}

function renderCelebration(celebration: Celebration): string {
  const { milestoneId, state, kind, revision, recipientName, recipientAddress, subject, text } = celebration;
  const head = `${milestoneId} is ${state}${kind === null ? '' : ` (${kind}, revision ${revision})`}.\n`;
  if (text === null) return head;
  const to =
    recipientAddress === null ? '— (no address on file)' : `${recipientName ?? ''} <${recipientAddress}>`;
  return `${head}\nTo: ${to.trim()}\nSubject: ${subject ?? ''}\n\n${text}\n`;
}

function renderList(celebrations: readonly Celebration[]): string {
  if (celebrations.length === 0) return 'None.\n';
  return renderTextTable(
    ['milestone', 'state', 'kind', 'revision', 'approved_by', 'celebrated_as'],
    celebrations.map((one) => [
      one.milestoneId,
      one.state,
      one.kind,
      one.revision,
      one.approvedBy,
      one.celebrationType,
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

function renderCandidates(candidates: readonly Candidate[]): string {
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

type Verb = (tenure: Tenure, invocation: Invocation) => Promise<unknown>;

const VERBS: Readonly<Record<string, { ask: Verb; render: (result: never) => string }>> = {
  list: {
    ask: (tenure, invocation) => tenure.celebrations.list(parseCount(invocation, 'limit')),
    render: renderList,
  },
  draft: {
    ask: (tenure, invocation) => {
      const kind = parseOneOf(parseTextOption(invocation, 'kind') ?? 'email', KINDS);
      return tenure.celebrations.draft({ ...parseAct(invocation), kind });
    },
    render: renderCelebration,
  },
  edit: {
    ask: (tenure, invocation) => {
      const [subject, text, to] = ['subject', 'text', 'to'].map((name) => parseTextOption(invocation, name));
      const edit = {
        ...(subject === undefined ? {} : { subject }),
        ...(text === undefined ? {} : { text }),
        ...(to === undefined ? {} : { recipient: { name: null, address: to } }),
      };
      return tenure.celebrations.edit({ ...parseAct(invocation), edit });
    },
    render: renderCelebration,
  },
  approve: {
    ask: (tenure, invocation) => {
      const revision = Number(parseNeededOption(invocation, 'revision'));
      return tenure.celebrations.approve({ ...parseAct(invocation), revision });
    },
    render: renderCelebration,
  },
  done: {
    ask: (tenure, invocation) =>
      tenure.celebrations.done({
        ...parseAct(invocation),
        how: parseOneOf(parseNeededOption(invocation, 'how'), WAYS),
        note: parseTextOption(invocation, 'note'),
      }),
    render: renderCelebration,
  },
  skip: {
    ask: (tenure, invocation) =>
      tenure.celebrations.skip({ ...parseAct(invocation), reason: parseNeededOption(invocation, 'reason') }),
    render: renderCelebration,
  },
  report: {
    ask: (tenure, invocation) => tenure.celebrations.report({ from: parseTextOption(invocation, 'since') }),
    render: renderReport,
  },
};

async function runVerb(invocation: Invocation, context: CliContext): Promise<number> {
  const tenure = openCurrent(invocation, context);
  if (invocation.positionals[0] === 'candidates') {
    if (invocation.options['csv'] === true) context.write(await tenure.celebrations.exportCandidates());
    else {
      const candidates = await tenure.celebrations.candidates();
      context.write(invocation.isJson ? `${JSON.stringify(candidates)}\n` : renderCandidates(candidates));
    }
    return 0;
  }
  const verb = VERBS[invocation.positionals[0] ?? ''];
  if (verb === undefined)
    throw new TenureError('USAGE', {
      problem: `tenure celebrations takes ${[...Object.keys(VERBS), 'candidates'].join(', ')}.`,
    });
  const result = (await verb.ask(tenure, invocation)) as never;
  context.write(invocation.isJson ? `${JSON.stringify(result)}\n` : verb.render(result));
  return 0;
}

export const celebrationsCommand: Command = {
  name: 'celebrations',
  summary: 'Draft, approve and record how milestones are celebrated; report on it; find case studies.',
  usage: 'list | draft ID | edit ID | approve ID | done ID | skip ID | report | candidates [--csv]',
  maxWords: 2,
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
  run: runVerb,
};
