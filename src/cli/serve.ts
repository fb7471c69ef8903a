import { once } from 'node:events';
import path from 'node:path';
import { openServing, openTenure, type Serving, type Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { assertListening, type HttpServer, openHttp } from '../http/index.ts';
import {
  type Command,
  type CommandContext,
  type CommandOption,
  type Invocation,
  parseTextOption,
} from './command.ts';
import { openCommandSocket } from './command-socket.ts';

const PORT = 4400;

function parseNumber(
  invocation: Invocation,
  name: string,
  range: { readonly least: number; readonly most: number },
): number | undefined {
  const text = parseTextOption(invocation, name);
  if (text === undefined) return undefined;
  const { least, most } = range;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new TenureError('USAGE', {
    problem: `--${name} takes a whole number from ${least} to ${most}, not ${text}.`,
  });
}

interface Started {
  readonly http: HttpServer;
  readonly service: Serving;
  readonly isKeyNeeded: boolean;
}

function renderStart({ http, service: { channels, hasSigningSecret }, isKeyNeeded }: Started): string {
  const ways = [...(channels.slack ? ['Slack'] : []), ...(channels.email ? ['e-mail'] : [])];
  const lines = [
    `Tenure serves this workspace at ${http.url}`,
    isKeyNeeded
      ? 'Pages and API ask for a key: tenure keys list.'
      : 'Everybody on this machine may do everything: `tenure keys add NAME --role admin` changes that.',
    `People are told by ${ways.length === 0 ? 'the in-app inbox only' : ways.join(' and ')}.`,
    ...(hasSigningSecret ? [`Slack's interactivity URL ends in /slack/interactions.`] : []),
    ...channels.notes,
    'Other commands work beside it. Ctrl-C ends it.',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly rate: number | undefined;
}

interface ServedWorkspace {
  readonly tenure: Tenure;
  readonly service: Serving;
  readonly onStart: (url: string) => void;
}

/** Opens what the first visitor would wait for; what is wrong is said to whoever asks. */
async function warmUp(tenure: Tenure): Promise<void> {
  await tenure.dashboards.list().catch(() => []);
}

async function runServing(
  { tenure, service, onStart }: ServedWorkspace,
  place: Place,
  context: CommandContext,
): Promise<void> {
  const { ids, note } = context;
  const http = await openHttp({ tenure, service }, { ...place, ids, note });
  try {
    const beside: CommandContext = {
      ...context,
      shared: service.shared,
      cwd: tenure.workspace.root,
      // What somebody approved by a command leaves as soon as what was approved by a button.
      runWords: (words, client) => context.runWords(words, client).finally(service.wake),
    };
    // Where processes share the data, commands need nobody's leave.
    const { ownedFile } = service.shared.storage;
    const socket = ownedFile === null ? null : await openCommandSocket(path.dirname(ownedFile), beside);
    try {
      const isKeyNeeded = await tenure.access.isKeyNeeded();
      context.write(renderStart({ http, service, isKeyNeeded }));
      onStart(http.url);
      await warmUp(tenure);
      if (!context.signal.aborted) await once(context.signal, 'abort');
    } finally {
      await socket?.close();
    }
  } finally {
    await http.close();
  }
}

/** Where and how a workspace is served. */
export interface ServeRequest extends Place {
  readonly folder: string;
  readonly intervalSeconds?: number | undefined;
}

/** Reads the options by which the place is chosen. */
export function parsePlace(invocation: Invocation): Place {
  return {
    port: parseNumber(invocation, 'port', { least: 0, most: 65_535 }) ?? PORT,
    host: parseTextOption(invocation, 'host') ?? '127.0.0.1',
    rate: parseNumber(invocation, 'rate', { least: 0, most: 999_999 }),
  };
}

/**
 * Serves a workspace until the command is ended.
 *
 * @param onStart is told where, once it listens
 */
export async function serveWorkspace(
  { folder, intervalSeconds, ...place }: ServeRequest,
  context: CommandContext,
  onStart: (url: string) => void = () => {},
): Promise<void> {
  // Before anything is sent: what cannot listen does not begin to work.
  await assertListening(openTenure({ ...context, folder }), place.host);
  const service = await openServing({ ...context, folder }, { intervalSeconds, note: context.note });
  try {
    const tenure = openTenure({ ...context, folder, shared: service.shared });
    await runServing({ tenure, service, onStart }, place, context);
  } finally {
    await service.close();
  }
}

async function runServeCommand(invocation: Invocation, context: CommandContext): Promise<number> {
  const intervalSeconds = parseNumber(invocation, 'interval', { least: 1, most: 86_400 });
  const { root: folder } = openTenure({ ...context, folder: context.cwd }).workspace;
  await serveWorkspace({ folder, intervalSeconds, ...parsePlace(invocation) }, context);
  return 0;
}

/** Where the pages are served. */
export const PORT_OPTION = {
  type: 'string',
  value: 'P',
  description: `Where it listens; ${PORT} unless given.`,
} as const satisfies CommandOption;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Keep a workspace going: dashboards, API, what there is to tell, the buttons of Slack.',
  usage: '[--port P] [--host H] [--rate N] [--interval S]',
  maxWords: 0,
  isAlone: true,
  options: {
    port: PORT_OPTION,
    host: {
      type: 'string',
      value: 'H',
      description: 'The address it listens on; 127.0.0.1 unless given. Others need a key: tenure keys.',
    },
    rate: {
      type: 'string',
      value: 'N',
      description: 'Requests a minute for each key; 600 unless given, 0 for any number.',
    },
    interval: {
      type: 'string',
      value: 'S',
      description: 'Seconds after which the outbox is looked through again; 30 unless given.',
    },
  },
  examples: [
    { line: 'tenure serve', note: 'Until Ctrl-C. `tenure build` and the others work beside it.' },
    { line: 'tenure serve --port 8080 --interval 5', note: 'On another port, looking every five seconds.' },
  ],
  run: runServeCommand,
};
