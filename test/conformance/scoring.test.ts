import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { compileScore } from '../../src/scoring/compile-score-store.ts';
import type { ScoringModel } from '../../src/scoring/scoring-model.ts';
import { listScoreProblems, listWarehouseProblems, MODELS } from '../scoring/score-parity.ts';
import { copyDemo } from '../shared/workspaces.ts';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const ISOTONIC = MODELS['the mean of both, isotonic'] as ScoringModel;
/** A weight of its linear half. */
const THIRD = 1 / 3;

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

async function openServer(): Promise<{ readonly engine: Engine; stop(): void }> {
  const server = startPostgres(binaries ?? '');
  const engine = await openPostgres({ connectionString: server.connectionString });
  return { engine, stop: () => server.stop() };
}

describe.skipIf(binaries === null)(
  'a score compiled to SQL, on PostgreSQL (install the package postgresql to run this)',
  () => {
    describeScores(openServer);

    it('is computed once for each row, however many steps its calibration has', async () => {
      const { engine, stop } = await openServer();
      try {
        await engine.execute(
          'create table rows (id integer, events float, score float, is_new boolean, "plan ""tier""" text)',
        );
        const sql = compileScore(engine, ISOTONIC, { from: 'rows', keys: ['id'] });
        const plan = (await engine.query(`explain (verbose) ${sql}`)).map((row) => Object.values(row)[0]);
        expect(plan.join('\n').split(String(THIRD))).toHaveLength(2);
      } finally {
        await engine.close();
        stop();
      }
    });
  },
);

describe.skipIf(!hasChdb)(`a score compiled to SQL, on ClickHouse (${CHDB_MISSING})`, () =>
  describeScores(async () => ({ engine: await openChdb(), stop: () => {} })),
);
