import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTenure } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { openChild } from '../shared/compiled.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { CLICKHOUSE_MISSING, hasClickhouse, startClickhouseTarget } from './target-servers.ts';
import { describeWorkspace, PART } from './workspace-suite.ts';

/** The numbers of the warehouses on a server, the latest first. */
async function listNumbers(server: Engine): Promise<readonly number[]> {
  const rows = await server.query(
    `select distinct cast(extract(name, '^tenure_([0-9]+)_') as integer) as number from system.databases
     where match(name, '^tenure_[0-9]+_') order by 1 desc`,
  );
  return rows.map((row) => Number(row['number']));
}

describe.skipIf(!hasClickhouse)(`on ClickHouse, the state in PostgreSQL (${CLICKHOUSE_MISSING})`, () => {
  describeWorkspace(startClickhouseTarget, 'clickhouse', (pair) => {
    it('serves plain names by views, drops those of models that are gone, and leaves the views of others', async () => {
      const { there, warehouse } = pair();
      const model = path.join(there.workspace.root, 'models', 'own_city.sql');
      fs.writeFileSync(model, `{{ config(schema='own') }} select 1 as n`);
      expect((await there.build({ select: ['own_city', 'plan_tiers'] })).isPublished).toBe(true);
      expect(await warehouse.query('select n from own.own_city')).toEqual([{ n: 1 }]);
      await warehouse.execute('create view seeds.theirs as select count(*) as n from seeds.plan_tiers');
      const before = await warehouse.query('select n from seeds.theirs');
      fs.rmSync(model);
      expect((await there.build(PART)).isPublished).toBe(true);
      expect(await warehouse.fetchKind('own', 'own_city')).toBe(null);
      expect(await warehouse.query('select n from seeds.theirs')).toEqual(before);
    });

    it('leaves at most the current warehouse and the one before it on the server, under numbers', async () => {
      const { there, warehouse } = pair();
      for (let round = 0; round < 2; round += 1) expect((await there.build(PART)).isPublished).toBe(true);
      expect(await listNumbers(warehouse)).toHaveLength(2);
    });

    it('goes on serving when a build is killed, and drops with the next one what it left', async () => {
      const { servers, there, warehouse } = pair();
      const clockFile = path.join(there.workspace.root, 'clock');
      fs.writeFileSync(clockFile, '2026-03-15T06:00:00Z');
      const words = [await openChild('conformance/serve-child.ts'), 'build', there.workspace.root, clockFile];
      const child = spawn(process.execPath, words, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...servers.environment },
      });
      for await (const part of child.stdout) if (String(part).includes('stg_usage_events')) break;
      child.kill('SIGKILL');
      const [left, ...others] = await listNumbers(warehouse);
      expect(others.length).toBeGreaterThan(0);
      const rows: unknown[] = [];
      for await (const chunk of there.stream('select count(*) as n from plan_tiers'))
        rows.push(...chunk.rows);
      expect(rows).toEqual([[4]]);
      expect((await there.build(PART)).isPublished).toBe(true);
      const numbers = await listNumbers(warehouse);
      expect([numbers.length, numbers.includes(left ?? 0)]).toEqual([2, false]);
      const runs = await there.listRuns();
      expect(runs.map(({ status }) => status)).toContain('interrupted');
    });

    it('keeps the raw tables of one workspace from another', async () => {
      const { servers } = pair();
      const other = startPostgres(listPostgresBinaries() ?? '');
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
      try {
        fs.writeFileSync(path.join(folder, 'tenure.yml'), 'target: clickhouse\n');
        const environment = { ...servers.environment, TENURE_DATABASE_URL: other.connectionString };
        const clock = buildFixedClock('2026-03-15T06:00:00Z');
        const tenure = openTenure({ folder, clock, environment });
        await expect(tenure.generate({ customers: 5, days: 200, seed: 1 })).rejects.toMatchObject({
          code: 'SERVER_TAKEN',
        });
      } finally {
        other.stop();
        fs.rmSync(folder, { recursive: true, force: true });
      }
    });
  });
});
