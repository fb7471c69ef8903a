import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTenure } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { CLICKHOUSE_MISSING, hasClickhouse, startClickhouseTarget } from './target-servers.ts';
import { describeWorkspace, PART } from './workspace-suite.ts';

describe.skipIf(!hasClickhouse)(`on ClickHouse, the state in PostgreSQL (${CLICKHOUSE_MISSING})`, () => {
  describeWorkspace(startClickhouseTarget, 'clickhouse', (pair) => {
    it('leaves at most the current warehouse and the one before it on the server, under numbers', async () => {
      const { there, warehouse } = pair();
      for (let round = 0; round < 2; round += 1) expect((await there.build(PART)).isPublished).toBe(true);
      const rows = await warehouse.query(
        `select distinct extract(database, '^tenure_([0-9]+)_') as number from system.tables
         where startsWith(database, 'tenure_') and database <> 'tenure_warehouse'`,
      );
      expect(rows).toHaveLength(2);
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
