import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Tenure } from '../app/index.ts';
import { errorText, TenureError } from '../base/index.ts';
import { type AppOptions, buildApp } from './build-app.ts';
import { isLoopback } from './client-address.ts';
import type { Served } from './http-environment.ts';

export interface HttpOptions extends AppOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export interface HttpServer {
  /** Where it listens: `http://127.0.0.1:4400`. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws TenureError LISTEN_WITHOUT_KEY where others reach the address and no key keeps them out */
export async function assertListening({ access }: Pick<Tenure, 'access'>, host: string): Promise<void> {
  if (!isLoopback(host) && !(await access.hasValidKey()))
    throw new TenureError('LISTEN_WITHOUT_KEY', { host });
}

/**
 * Listens for requests of browsers, of programs and of Slack.
 *
 * @throws TenureError LISTEN_WITHOUT_KEY, LISTEN_FAILED
 *
 * @example
 * const http = await openHttp({ tenure, service }, { host: '127.0.0.1', port: 4400, ids, note });
 */
export async function openHttp(served: Served, options: HttpOptions): Promise<HttpServer> {
  const { host, port } = options;
  await assertListening(served.tenure, host);
  const server = createAdaptorServer({ fetch: buildApp(served, options).fetch });
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
