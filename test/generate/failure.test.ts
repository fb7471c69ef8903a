import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { buildCompanyPlan, writeCompany } from '../../src/generate/index.ts';
import { openRawStore } from '../../src/load/index.ts';

const WORK = {
  plan: buildCompanyPlan({ customers: 20, days: 200, asOf: '2026-03-01', seed: 42 }),
  loadedAt: '2026-03-02T00:00:00Z',
  batchId: '1',
  source: 'synthetic',
};

describe('a company that cannot be finished', () => {
  let engine: DuckdbEngine;
  beforeEach(async () => {
    engine = await openDuckdb({ path: ':memory:' });
    await openRawStore(engine, buildFixedClock('2026-03-02T00:00:00Z'));
  });
  afterEach(async () => {
    const left = await engine.query(
      `select database_name from duckdb_databases() where database_name = 'scratch'`,
    );
    await engine.close();
    expect(left).toEqual([]);
  });

  it.each(['usage_events', 'sales_activities'])('fails with the database: no table %s', async (table) => {
    await engine.execute(`drop table raw.${table}`);
    await expect(writeCompany(engine, WORK)).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining(table),
    });
  });

  it('ends with the signal while two things are at work', async () => {
    const stop = new AbortController();
    const onProgress = ({ step }: { readonly step: string }) => step === 'leads' && stop.abort();
    const stopped = writeCompany(engine, { ...WORK, signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });
});
