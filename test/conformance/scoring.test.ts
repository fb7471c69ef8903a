import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { listScoreProblems, listWarehouseProblems, MODELS } from '../scoring/score-parity.ts';
import { copyDemo } from '../shared/workspaces.ts';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

function describeScores(open: () => Promise<{ readonly engine: Engine; stop(): void }>): void {
  let engine: Engine;
  let stop: () => void;

  beforeAll(async () => {
    ({ engine, stop } = await open());
  });
  afterAll(async () => {
    await engine?.close();
    stop?.();
  });

  for (const [name, model] of Object.entries(MODELS))
    it(`is that of this process: ${name}`, async () => {
      expect(await listScoreProblems(engine, model)).toEqual([]);
    });

  it('is that of this process for every customer of the demo company, by every model of its history', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-scores-'));
    await copyDemo(folder);
    const warehouse = await openDuckdb({
      path: path.join(folder, 'warehouse.duckdb'),
      isReadOnly: true,
      searchPath: ['intermediate'],
    });
    try {
      const { rows, problems } = await listWarehouseProblems(engine, warehouse);
      expect(problems).toEqual([]);
      expect(rows).toBeGreaterThan(1000);
    } finally {
      await warehouse.close();
      fs.rmSync(folder, { recursive: true });
    }
  }, 600_000);
}

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)(
  'a score compiled to SQL, on PostgreSQL (install the package postgresql to run this)',
  () =>
    describeScores(async () => {
      const server = startPostgres(binaries ?? '');
      const engine = await openPostgres({ connectionString: server.connectionString });
      return { engine, stop: () => server.stop() };
    }),
);

describe.skipIf(!hasChdb)(`a score compiled to SQL, on ClickHouse (${CHDB_MISSING})`, () =>
  describeScores(async () => ({ engine: await openChdb(), stop: () => {} })),
);
