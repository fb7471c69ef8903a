import type { NotificationRow, Tenure } from '../app/index.ts';
import { type Invocation, parseCount, parseNeededOption, parseTextOption } from './command.ts';
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
  usage: 'inbox | list | deliver | retry ID --by WHO | decide ID --as sent|again --by WHO',
  verbs: VERBS,
  options: {
    person: {
      type: 'string',
      value: 'ID',
      description: 'inbox: of this team member; without it what nobody was found for.',
    },
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
    by: { type: 'string', value: 'WHO', description: 'retry, decide: who says so.' },
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
