import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one call. */
export type Fault =
  /** Too much at once: 429 with Retry-After. */
  | { readonly kind: 'limited'; readonly seconds: number }
  /** An HTTP error; nothing was done. */
  | { readonly kind: 'status'; readonly status: number }
  /** An error of Slack's own. */
  | { readonly kind: 'refused'; readonly error: string }
  /** It never answers; nothing was done. */
  | { readonly kind: 'silent' }
  /** It does what it was asked and never answers. */
  | { readonly kind: 'done-silent' }
  /** It does what it was asked, and the connection breaks before the answer. */
  | { readonly kind: 'done-dropped' }
  /** It does what it was asked, and something between answers with an error. */
  | { readonly kind: 'done-status'; readonly status: number };

export interface Message {
  readonly ts: string;
  text: string;
  blocks: readonly unknown[];
  readonly metadata: {
    readonly event_type: string;
    readonly event_payload: { readonly dedupe_key: string };
  } | null;
  updates: number;
}

export interface SlackServer {
  readonly url: string;
  readonly channels: Map<string, Message[]>;
  /** Methods in the order they were called, with the arguments. */
  readonly calls: { readonly method: string; readonly args: Readonly<Record<string, string>> }[];
  /** Views that were opened. */
  readonly views: unknown[];
  /** The next calls of a method go wrong in this way, one after the other; null for one that goes well. */
  readonly faults: Map<string, (Fault | null)[]>;
  listKeys(): readonly string[];
  close(): Promise<void>;
}

const HISTORY_PAGE = 3;

type Args = Readonly<Record<string, string>>;
type Answer = Readonly<Record<string, unknown>>;

function parseJson(text: string | undefined): unknown {
  return text === undefined ? null : JSON.parse(text);
}

/** A loopback server that speaks the part of Slack's Web API that we use. `now` in milliseconds gives its messages their ts. */
export async function openSlackServer(now: () => number): Promise<SlackServer> {
  const channels = new Map<string, Message[]>();
  const calls: { method: string; args: Args }[] = [];
  const views: unknown[] = [];
  const faults = new Map<string, (Fault | null)[]>();
  let serial = 0;

  const methods: Readonly<Record<string, (args: Args) => Answer>> = {
    'chat.postMessage': (args) => {
      const channel = args['channel'] ?? '';
      if (channel.startsWith('X')) return { ok: false, error: 'channel_not_found' };
      serial += 1;
      const ts = `${Math.floor(now() / 1000)}.${String(serial).padStart(6, '0')}`;
      const message = {
        ts,
        text: args['text'] ?? '',
        blocks: parseJson(args['blocks']) as unknown[],
        metadata: parseJson(args['metadata']) as Message['metadata'],
        updates: 0,
      };
      channels.set(channel, [...(channels.get(channel) ?? []), message]);
      return { ok: true, channel, ts };
    },
    'chat.update': (args) => {
      const message = channels.get(args['channel'] ?? '')?.find(({ ts }) => ts === args['ts']);
      if (message === undefined) return { ok: false, error: 'message_not_found' };
      message.text = args['text'] ?? '';
      message.blocks = parseJson(args['blocks']) as unknown[];
      message.updates += 1;
      return { ok: true, channel: args['channel'], ts: args['ts'] };
    },
    'conversations.open': (args) => ({ ok: true, channel: { id: `D${args['users']}` } }),
    'conversations.history': (args) => {
      const all = (channels.get(args['channel'] ?? '') ?? [])
        .filter(({ ts }) => Number(ts) >= Number(args['oldest'] ?? '0'))
        .reverse();
      const start = Number(args['cursor'] ?? '0');
      const page = all.slice(start, start + HISTORY_PAGE);
      const next = start + HISTORY_PAGE < all.length ? String(start + HISTORY_PAGE) : '';
      const isWhole = args['include_all_metadata'] === 'true';
      const messages = page.map(({ ts, text, metadata }) => ({
        type: 'message',
        ts,
        text,
        ...(isWhole && metadata !== null ? { metadata } : {}),
      }));
      return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } };
    },
    'views.open': (args) => {
      if (args['trigger_id'] === 'expired') return { ok: false, error: 'expired_trigger_id' };
      views.push(parseJson(args['view']));
      return { ok: true, view: { id: `V${views.length}` } };
    },
  };

  const answer = (method: string, body: string, response: http.ServerResponse): void => {
    const args = Object.fromEntries(new URLSearchParams(body));
    calls.push({ method, args });
    const send = (status: number, content: Answer, headers: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(content));
    };
    const run = () => methods[method]?.(args) ?? { ok: false, error: 'unknown_method' };
    const fault = faults.get(method)?.shift() ?? null;
    if (fault === null) send(200, run());
    else if (fault.kind === 'limited')
      send(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(fault.seconds) });
    else if (fault.kind === 'refused') send(200, { ok: false, error: fault.error });
    else if (fault.kind === 'status') send(fault.status, { ok: false });
    else if (fault.kind !== 'silent') {
      run();
      if (fault.kind === 'done-dropped') response.destroy();
      if (fault.kind === 'done-status') send(fault.status, { ok: false });
    }
  };

  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const isKnown = request.headers.authorization === 'Bearer xoxb-test-token';
      const method = (request.url ?? '').replace('/api/', '');
      if (isKnown) answer(method, Buffer.concat(parts).toString(), response);
      else response.end(JSON.stringify({ ok: false, error: 'invalid_auth' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    channels,
    calls,
    views,
    faults,
    listKeys: () =>
      [...channels.values()].flat().map(({ metadata }) => metadata?.event_payload.dedupe_key ?? ''),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
