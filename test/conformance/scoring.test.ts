import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import { listScoreProblems, MODELS } from '../scoring/score-parity.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

describe.skipIf(listPostgresBinaries() === null)('a score compiled to SQL, on PostgreSQL', () => {
  const server = startPostgres(listPostgresBinaries() ?? '');
  let engine: Engine;

  beforeAll(async () => {
    engine = await openPostgres({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await engine?.close();
    server.stop();
  });

  for (const [name, model] of Object.entries(MODELS))
    it(`is that of this process: ${name}`, async () => {
      expect(await listScoreProblems(engine, model)).toEqual([]);
    });
});
