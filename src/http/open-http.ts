import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Serving } from '../app/index.ts';
import { errorText, TenureError } from '../base/index.ts';

/** A request of Slack is a few kilobytes; a modal's text has 3,000 characters. */
const MOST_BYTES = 1024 * 1024;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

export interface HttpOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export interface HttpServer {
  /** Where it listens: `http://127.0.0.1:4400`. */
  readonly url: string;
  close(): Promise<void>;
}

type Served = Pick<Serving, 'handleSlackInteraction' | 'hasSigningSecret'>;

function buildRoutes(service: Served): Hono {
  const app = new Hono();
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.post(
    '/slack/interactions',
    // What is not read any more cannot be followed by another request.
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (context) => context.body(null, 413, { connection: 'close' }),
    }),
    async (context) => {
      const { status, body } = await service.handleSlackInteraction({
        timestamp: context.req.header('x-slack-request-timestamp'),
        signature: context.req.header('x-slack-signature'),
        contentType: context.req.header('content-type'),
        body: new Uint8Array(await context.req.arrayBuffer()),
      });
      return body === null ? context.body(null, status) : context.json(body, status);
    },
  );
  // What went wrong is for the log of the service, not for whoever asked.
  app.onError((_, context) => context.body(null, 500));
  return app;
}

/**
 * Listens for requests of Slack, and says at `/health` that it does.
 *
 * @throws TenureError LISTEN_WITHOUT_SECRET where others reach it and nothing tells Slack from them, LISTEN_FAILED
 *
 * @example
 * const http = await openHttp(service, { host: '127.0.0.1', port: 4400 });
 */
export async function openHttp(service: Served, { host, port }: HttpOptions): Promise<HttpServer> {
  if (!isLoopback(host) && !service.hasSigningSecret)
    throw new TenureError('LISTEN_WITHOUT_SECRET', { host });
  const server = createAdaptorServer({ fetch: buildRoutes(service).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const details = { address: `${host}:${port}`, problem: errorText(error) };
      reject(new TenureError('LISTEN_FAILED', details, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      }),
  };
}
