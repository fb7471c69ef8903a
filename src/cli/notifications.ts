import type { NotificationRow, Tenure } from '../app/index.ts';
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

function parseId(invocation: Invocation): string {
  const id = invocation.positionals[1];
  if (id !== undefined) return id;
  throw new TenureError('USAGE', { problem: 'It takes an id; `tenure notifications list` shows them.' });
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

type Verb = (tenure: Tenure, invocation: Invocation) => Promise<unknown>;

const VERBS: Readonly<Record<string, { ask: Verb; render: (result: never) => string }>> = {
  inbox: {
    ask: (tenure, invocation) =>
      tenure.notifications.inbox(parseTextOption(invocation, 'person'), parseCount(invocation, 'limit')),
    render: renderRows,
  },
  list: {
    ask: (tenure, invocation) =>
      tenure.notifications.list({
        state: parseTextOption(invocation, 'state'),
        limit: parseCount(invocation, 'limit'),
      }),
    render: renderRows,
  },
  deliver: { ask: (tenure) => tenure.notifications.deliver(), render: renderDelivery },
  retry: {
    ask: (tenure, invocation) =>
      tenure.notifications.retry(parseId(invocation), parseNeededOption(invocation, 'by')),
    render: () => 'It is sent again.\n',
  },
  decide: {
    ask: (tenure, invocation) => {
      const decision = parseNeededOption(invocation, 'as');
      if (decision !== 'sent' && decision !== 'again')
        throw new TenureError('USAGE', { problem: `--as takes sent or again, not ${decision}.` });
      return tenure.notifications.decide(parseId(invocation), {
        decision,
        by: parseNeededOption(invocation, 'by'),
      });
    },
    render: () => 'Noted.\n',
  },
};

async function runVerb(invocation: Invocation, context: CliContext): Promise<number> {
  const verb = VERBS[invocation.positionals[0] ?? ''];
  if (verb === undefined)
    throw new TenureError('USAGE', {
      problem: `tenure notifications takes ${Object.keys(VERBS).join(', ')}.`,
    });
  const result = (await verb.ask(openCurrent(invocation, context), invocation)) as never;
  context.write(invocation.isJson ? `${JSON.stringify(result ?? null)}\n` : verb.render(result));
  return 0;
}

export const notificationsCommand: Command = {
  name: 'notifications',
  summary: 'Read the inbox, send what is due, look after what could not be sent.',
  usage: 'inbox | list | deliver | retry ID --by WHO | decide ID --as sent|again --by WHO',
  maxWords: 2,
  options: {
    person: {
      type: 'string',
      value: 'ID',
      description: 'inbox: of this team member; without it what nobody was found for.',
    },
    state: {
      type: 'string',
      value: 'S',
      description: 'list: pending, held, sent, dead, uncertain or cancelled.',
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
  run: runVerb,
};
