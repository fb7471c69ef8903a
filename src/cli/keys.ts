import { ROLES, type Tenure } from '../app/index.ts';
import { addDays, TenureError, utcDate } from '../base/index.ts';
import { type CliContext, type Invocation, parseNeededOption, parseTextOption } from './command.ts';
import { renderTextTable } from './text-table.ts';
import { buildVerbCommand, parseOneOf, parseWord, type Verb } from './verb-command.ts';

type AddedKey = Awaited<ReturnType<Tenure['access']['addKey']>>;
type ListedKey = Awaited<ReturnType<Tenure['access']['listKeys']>>[number];

/** Of the audit log: whoever may run commands in the workspace. */
const ACTOR = 'command line';
const NAME = 'the name of the person or program';
const ID = 'the id of a key; `tenure keys list` shows them';

/** The end of the last day a key is good for. */
function parseExpiry(invocation: Invocation, { clock }: CliContext): string | undefined {
  const text = parseTextOption(invocation, 'expires');
  if (text === undefined) return undefined;
  const [, days] = /^([1-9]\d{0,3})d$/.exec(text) ?? [];
  if (days === undefined)
    throw new TenureError('USAGE', { problem: `--expires takes a number of days such as 90d, not ${text}.` });
  return `${addDays(utcDate(clock), Number(days) + 1)}T00:00:00Z`;
}

async function addKey(tenure: Tenure, invocation: Invocation, context: CliContext): Promise<AddedKey> {
  const added = await tenure.access.addKey({
    name: parseWord(invocation, NAME),
    role: parseOneOf(parseNeededOption(invocation, 'role'), ROLES),
    memberId: parseTextOption(invocation, 'member'),
    expiresAt: parseExpiry(invocation, context),
  });
  const detail = { name: added.name, role: added.role, expiresAt: added.expiresAt };
  await tenure.access.record({ actor: ACTOR, action: 'key.added', subject: added.id, detail, address: null });
  return added;
}

function renderAdded({ key, name, role, expiresAt }: AddedKey): string {
  const end = expiresAt === null ? 'does not end by itself' : `ends at ${expiresAt}`;
  return [
    key,
    '',
    `The key of ${name} (${role}) ${end}. It is shown this once: keep it where passwords are kept.`,
    'From now on the pages and the API ask for a key.',
    '',
  ].join('\n');
}

async function revokeKey(tenure: Tenure, invocation: Invocation): Promise<ListedKey> {
  const revoked = await tenure.access.revokeKey(parseWord(invocation, ID));
  const detail = { name: revoked.name, role: revoked.role };
  const entry = { actor: ACTOR, action: 'key.revoked', subject: revoked.id, detail, address: null };
  await tenure.access.record(entry);
  return revoked;
}

function renderKeys(keys: readonly ListedKey[]): string {
  if (keys.length === 0) return 'None: everybody on this machine may do everything.\n';
  return renderTextTable(
    ['name', 'role', 'member', 'begins', 'created', 'expires', 'last used', 'revoked', 'id'],
    keys.map(({ name, role, memberId, start, createdAt, expiresAt, lastUsedAt, revokedAt, id }) => [
      name,
      role,
      memberId,
      start,
      createdAt,
      expiresAt,
      lastUsedAt,
      revokedAt,
      id,
    ]),
  );
}

const VERBS: Readonly<Record<string, Verb>> = {
  add: { word: NAME, ask: addKey, render: renderAdded },
  list: { ask: (tenure) => tenure.access.listKeys(), render: renderKeys },
  revoke: {
    word: ID,
    ask: revokeKey,
    render: ({ name }: ListedKey) => `The key of ${name} opens nothing any more; its sessions have ended.\n`,
  },
};

export const keysCommand = buildVerbCommand({
  name: 'keys',
  summary: 'Say who may use the pages and the API of `tenure serve`.',
  usage: 'add NAME --role viewer|csm|admin [--member ID] [--expires 90d] | list | revoke ID',
  verbs: VERBS,
  options: {
    role: {
      type: 'string',
      value: 'ROLE',
      description: 'add: viewer reads; csm also acts on customers; admin also sees the audit log.',
    },
    member: { type: 'string', value: 'ID', description: 'add: the member of the team it stands for.' },
    expires: { type: 'string', value: 'Nd', description: 'add: good for so many days; without it for ever.' },
  },
  examples: [
    { line: 'tenure keys add maria --role csm --expires 90d', note: 'Prints the key, once.' },
    { line: 'tenure keys list', note: 'All keys, with when they were last used.' },
  ],
});
