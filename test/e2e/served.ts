import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openServing, openTenure, type Serving, type Tenure } from '../../src/app/index.ts';
import { buildFixedClock, systemIds } from '../../src/base/index.ts';
import { type HttpServer, openHttp } from '../../src/http/index.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';

/** The demo company, served on loopback. */
export interface ServedDemo {
  readonly url: string;
  readonly folder: string;
  readonly tenure: Tenure;
  readonly service: Serving;
  /** What went wrong inside. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Serves the demo company of the tests from a folder of its own, with targets. */
export async function openServedDemo(
  environment: Readonly<Record<string, string>> = {},
): Promise<ServedDemo> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-e2e-'));
  await copyDemo(folder);
  fs.writeFileSync(path.join(folder, 'targets.yml'), 'pipeline_coverage_ratio: 3\nwin_rate: 0.3\n');
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
  };
  const clock = buildFixedClock(`${DEMO_DAY}T20:00:00Z`);
  const options = { folder, clock, environment };
  const service = await openServing(options, { note, intervalSeconds: 1 });
  const tenure = openTenure({ ...options, shared: service.shared });
  const http: HttpServer = await openHttp(
    { tenure, service },
    { host: '127.0.0.1', port: 0, ids: systemIds, note },
  );
  return {
    url: http.url,
    folder,
    tenure,
    service,
    notes,
    close: async () => {
      await http.close();
      await service.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
