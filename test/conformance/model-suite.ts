import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { copyAcme, copyDemo } from '../shared/workspaces.ts';
import { buildModels, copyInputs, listDifferences, listRelations } from './copied-warehouse.ts';

/** The companies the models are compared on, with the moment at which each was built. */
const COMPANIES = {
  'the example company': { copy: copyAcme, clock: buildFixedClock('2026-03-15T06:00:00Z') },
  'the demo company': { copy: copyDemo, clock: buildFixedClock('2026-03-14T20:00:00Z') },
};

const EARLIER = '2026-03-10';
/** What differs by how a build came about, and never in a figure. */
const BUILD_MARKS = ['int_restated_customers'];

async function listAllDifferences(duckdb: Engine, engine: Engine): Promise<readonly string[]> {
  const different: string[] = [];
  for (const relation of listRelations(engine)) {
    if (BUILD_MARKS.includes(relation.name)) continue;
    const found = await listDifferences(duckdb, engine, relation);
    different.push(...found.slice(0, 3).map((line) => `${relation.schema}.${relation.name}: ${line}`));
  }
  return different;
}

/** A company's warehouse as DuckDB built it, and the same inputs on another engine. */
export function describeModels(
  company: keyof typeof COMPANIES,
  open: () => Promise<{ engine: Engine; stop: () => void }>,
  { isContinued }: { readonly isContinued: boolean },
): void {
  describe(company, () => {
    const { copy, clock } = COMPANIES[company];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    let duckdb: Engine;
    let engine: Engine;
    let stop: () => void;

    beforeAll(async () => {
      await copy(folder);
      duckdb = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
      ({ engine, stop } = await open());
      await copyInputs(duckdb, engine, folder);
    });

    afterAll(async () => {
      await Promise.all([duckdb?.close(), engine?.close()]);
      stop?.();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    it('builds every model and passes every test', async () => {
      const { results } = await buildModels(engine, { clock, kinds: 'build' });
      const bad = results.filter((result) => !['success', 'pass', 'warn'].includes(result.status));
      expect(bad.map((result) => `${result.name}: ${result.message}`)).toEqual([]);
    }, 600_000);

    it('has every model equal cell by cell', async () => {
      expect(await listAllDifferences(duckdb, engine)).toEqual([]);
    }, 600_000);

    it.runIf(isContinued)(
      'goes on from a build of four days before',
      async () => {
        await engine.execute(engine.dialect.createSchema('loads'));
        const [text, date] = [engine.dialect.typeName('string'), engine.dialect.typeName('date')];
        await engine.execute(
          `create table loads.changed_days (table_name ${text}, customer_id ${text}, first_date ${date})`,
        );
        expect((await buildModels(engine, { clock, kinds: 'run', vars: { as_of: EARLIER } })).ok).toBe(true);
        const { results } = await buildModels(engine, {
          clock,
          kinds: 'run',
          vars: { continues_from: EARLIER },
        });
        expect(results.filter(({ status }) => status === 'error').map(({ message }) => message)).toEqual([]);
        expect(await listAllDifferences(duckdb, engine)).toEqual([]);
      },
      600_000,
    );
  });
}
