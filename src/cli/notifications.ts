import type { NotificationRow, Tenure } from '../app/index.ts';
import { addDays, TenureError } from '../base/index.ts';
import {
  type Invocation,
  parseCount,
  parseDayOption,
  parseNeededOption,
  parseTextOption,
} from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, parseOneOf, parseWord, type Verb } from './verb-command.ts';

const STATES = ['pending', 'sending', 'held', 'bundled', 'sent', 'uncertain', 'dead', 'cancelled'] as const;
const ID = 'the id of a notification; `tenure notifications list` shows them';
const NEXT = '`tenure serve` does it, or `tenure notifications deliver`.';

function parseState(invocation: Invocation): string | undefined {
  const state = parseTextOption(invocation, 'state');
  return state === undefined ? undefined : parseOneOf(state, STATES);
}

function renderRows(rows: readonly NotificationRow[]): string {
  if (rows.length === 0) return 'None.\n';
  return renderTextTable(
    ['deliver_after', 'line', 'to', 'channel', 'state', 'why', 'id'],
    rows.map((row) => [
      row.deliverAfter,
      row.line,
      row.recipientId ?? row.address,
      row.channel,
      row.state,
      row.lastError ?? row.stateReason ?? row.route,
      row.id,
    ]),
  );
}

function renderDelivery(report: Awaited<ReturnType<Tenure['notifications']['deliver']>>): string {
  const { notes, waiting, ...counts } = report;
  const done = Object.entries(counts).filter(([, count]) => count > 0);
  const waits = Object.entries(waiting).map(([channel, count]) => `  ${count} wait for ${channel}.\n`);
  const line =
    done.length === 0 ? 'Nothing was due.' : `${done.map(([name, count]) => `${count} ${name}`).join(', ')}.`;
  return `${line}\n${waits.join('')}${notes.map((note) => `  ${note}\n`).join('')}`;
}

const SCOPES = { person: 'member', customer: 'customer', milestone: 'subject' } as const;

function parseScope(invocation: Invocation) {
  const given = Object.entries(SCOPES).flatMap(([option, scope]) => {
    const scopeId = parseTextOption(invocation, option);
    return scopeId === undefined ? [] : [{ scope, scopeId }];
  });
  const [first, ...others] = given;
  if (first !== undefined && others.length === 0) return first;
  throw new TenureError('USAGE', { problem: 'snooze takes one of --person, --customer and --milestone.' });
}

function buildSnooze(invocation: Invocation) {
  const day = parseDayOption(invocation, 'until') ?? parseNeededOption(invocation, 'until');
  return {
    ...parseScope(invocation),
    mode: invocation.options['drop'] === true ? ('drop' as const) : ('delay' as const),
    // The day is the last quiet one.
    until: `${addDays(day, 1)}T00:00:00Z`,
    reason: parseNeededOption(invocation, 'reason'),
    createdBy: parseNeededOption(invocation, 'by'),
  };
}

const VERBS: Readonly<Record<string, Verb>> = {
  inbox: {
    ask: (tenure, invocation) =>
      tenure.notifications.inbox(parseTextOption(invocation, 'person'), parseCount(invocation, 'limit')),
    render: renderRows,
  },
  list: {
    ask: (tenure, invocation) =>
      tenure.notifications.list({
        state: parseState(invocation),
        limit: parseCount(invocation, 'limit'),
      }),
    render: renderRows,
  },
  deliver: { ask: (tenure) => tenure.notifications.deliver(), render: renderDelivery },
  retry: {
    word: ID,
    ask: (tenure, invocation) =>
      tenure.notifications.retry(parseWord(invocation, ID), parseNeededOption(invocation, 'by')),
    render: () => `It goes again with the next delivery: ${NEXT}\n`,
  },
  snooze: {
    ask: (tenure, invocation) => tenure.notifications.snooze(buildSnooze(invocation)),
    render: (changes: number) => `Snoozed; of what waits already ${changes} follow it.\n`,
  },
  decide: {
    word: ID,
    ask: async (tenure, invocation) => {
      const id = parseWord(invocation, ID);
      const decision = parseOneOf(parseNeededOption(invocation, 'as'), ['sent', 'again']);
      await tenure.notifications.decide(id, { decision, by: parseNeededOption(invocation, 'by') });
      return decision;
    },
    render: (decision: string) =>
      decision === 'sent' ? 'It counts as sent.\n' : `It goes again with the next delivery: ${NEXT}\n`,
  },
};

export const notificationsCommand = buildVerbCommand({
  name: 'notifications',
  summary: 'Read the inbox, send what is due, look after what could not be sent.',
  usage:
    'inbox | list | deliver | retry ID --by WHO | decide ID --as sent|again --by WHO | snooze --until D --by WHO --reason WHY',
  verbs: VERBS,
  options: {
    person: {
      type: 'string',
      value: 'ID',
      description: 'inbox, snooze: of this team member; inbox without it: what nobody was found for.',
    },
    customer: { type: 'string', value: 'ID', description: 'snooze: of this customer.' },
    milestone: { type: 'string', value: 'ID', description: 'snooze: of this milestone.' },
    until: { type: 'string', value: 'D', description: 'snooze: the last quiet day (UTC).' },
    drop: { type: 'boolean', description: 'snooze: not to be told at all, rather than later.' },
    reason: { type: 'string', value: 'WHY', description: 'snooze: why.' },
    state: {
      type: 'string',
      value: 'S',
      description: `list: ${STATES.join(', ')}.`,
    },
    limit: { type: 'string', value: 'N', description: 'inbox, list: how many are shown.' },
    as: {
      type: 'string',
      value: 'D',
      description: 'decide: an uncertain e-mail counts as sent, or goes again.',
    },
    by: { type: 'string', value: 'WHO', description: 'retry, decide, snooze: who says so.' },
  },
  examples: [
    {
      line: 'tenure notifications list --limit 10',
      note: 'The latest of the outbox, with why and where each goes.',
    },
    {
      line: 'tenure notifications deliver',
      note: 'Sends what is due, once; `tenure serve` does it all the time.',
    },
    { line: 'tenure notifications list --state dead', note: 'What could not be sent.' },
  ],
});
