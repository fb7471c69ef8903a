import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { listScoreProblems, MODELS } from './score-parity.ts';

let engine: DuckdbEngine;

beforeAll(async () => {
  engine = await openDuckdb({ path: ':memory:' });
});

afterAll(() => engine.close());

describe('a score compiled to SQL', () => {
  for (const [name, model] of Object.entries(MODELS))
    it(`is that of this process: ${name}`, async () => {
      expect(await listScoreProblems(engine, model)).toEqual([]);
    });
});
