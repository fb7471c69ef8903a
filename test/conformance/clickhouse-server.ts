import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openClickhouse } from '../../src/engines/index.ts';

export interface ClickhouseServerOptions {
  /** Where the data is kept, which stays when the server stops; a temporary folder of its own unless told. */
  readonly folder?: string;
  /** A free one unless told. */
  readonly port?: number;
  /** The password of the user `default`; empty unless told. */
  readonly password?: string;
  /** A cluster that this server is the only one of. */
  readonly cluster?: string;
}

/** ClickHouse over HTTP, in a process of its own. */
export interface ClickhouseServer {
  /** `http://127.0.0.1:…`, without user and password. */
  readonly url: string;
  /** Ends the process in good order. */
  stop(): Promise<void>;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
}

/** Starts chdb in a process that answers as a server of ClickHouse does (see `clickhouse-child.ts` for what it knows of that). */
export async function startClickhouse(options: ClickhouseServerOptions = {}): Promise<ClickhouseServer> {
  const folder = options.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-clickhouse-'));
  const program = path.join(import.meta.dirname, 'clickhouse-child.ts');
  const { port: wanted = 0, password = '', cluster = '' } = options;
  const child = fork(program, [folder, String(wanted), password, cluster], {
    execArgv: ['--import', 'tsx'],
    // A statement holds a thread while it runs.
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const exit = once(child, 'exit');
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await exit;
    if (options.folder === undefined) fs.rmSync(folder, { recursive: true, force: true });
  };
  const gone = exit.then(([code]) => Promise.reject(new Error(`ClickHouse did not start: exit ${code}`)));
  gone.catch(() => {});
  const [port] = await Promise.race([once(child, 'message'), gone]);
  return { url: `http://127.0.0.1:${port}`, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** A cluster of one shard in a server of its own. */
export async function openCluster(name: string) {
  const server = await startClickhouse({ cluster: name });
  // Nobody listens: the server does itself what a shard is asked for.
  const settings = { prefer_localhost_replica: 1 };
  return { server, engine: await openClickhouse({ url: server.url, cluster: { name }, settings }) };
}
