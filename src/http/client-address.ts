import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function readPeer(context: Context): string {
  // A request that came by no socket, as in a test, comes from nowhere.
  const address = context.env?.incoming === undefined ? undefined : getConnInfo(context).remote.address;
  return (address ?? 'unknown').replace(/^::ffff:/, '');
}

/** What the proxy on this machine says of a request: the last entry, as those before are what the client claims. */
function readForwarded(context: Context, header: string): string | undefined {
  if (!isLoopback(readPeer(context))) return undefined;
  return context.req.header(header)?.split(',').at(-1)?.trim() || undefined;
}

/** The network address a request comes from. */
export function readClientAddress(context: Context): string {
  return readForwarded(context, 'x-forwarded-for') ?? readPeer(context);
}

/** True where the browser speaks https, with a proxy on this machine. */
export function isSecure(context: Context): boolean {
  return readForwarded(context, 'x-forwarded-proto') === 'https';
}

/** The name and port by which the client called this server. */
export function readHost(context: Context): string {
  return context.req.header('host') ?? new URL(context.req.url).host;
}
