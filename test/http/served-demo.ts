import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openServing, openTenure, type Role, type Tenure } from '../../src/app/index.ts';
import { buildFixedClock, systemIds } from '../../src/base/index.ts';
import { openHttp } from '../../src/http/index.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';

/** The demo company, served on a port of this machine. */
export interface ServedDemo {
  readonly folder: string;
  readonly tenure: Tenure;
  readonly url: string;
  /** What the server noted. */
  readonly notes: readonly string[];
  /** Makes a key; from then on the server asks for one. */
  addKey(role: Role, name?: string): Promise<string>;
  close(): Promise<void>;
}

interface ServedOptions {
  readonly rate?: number;
  readonly now?: () => number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Writes files of the workspace before it is served. */
  readonly prepare?: (folder: string) => void | Promise<void>;
}

/** Serves a copy of the demo company of 150 customers. */
export async function serveDemo(options: ServedOptions = {}): Promise<ServedDemo> {
  const { rate = 0, now, environment = {}, prepare = () => {} } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-api-'));
  await copyDemo(folder);
  await prepare(folder);
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  const clock = now === undefined ? buildFixedClock(`${DEMO_DAY}T20:00:00Z`) : { now };
  const service = await openServing({ folder, clock, environment }, { intervalSeconds: 3600, note });
  const tenure = openTenure({ folder, clock, environment, shared: service.shared });
  const http = await openHttp(
    { tenure, service },
    { host: '127.0.0.1', port: 0, ids: systemIds, note, rate },
  );
  return {
    folder,
    tenure,
    url: http.url,
    notes,
    addKey: async (role, name = role) => (await tenure.access.addKey({ name, role })).key,
    close: async () => {
      await http.close();
      await service.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The header by which a program shows its key. */
export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** A request with a JSON body. */
export function postJson(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** The code of an answer that is an error. */
export async function readCode(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}
