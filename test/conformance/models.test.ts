import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb, openPostgres, postgresDialect } from '../../src/engines/index.ts';
import { type Compiler, runNodes, selectNodes } from '../../src/runner/index.ts';
import { copyAcme } from '../shared/workspaces.ts';
import { clock, copyInputs, listDifferences, openPackageProject } from './copied-warehouse.ts';
import { listPostgresBinaries, type PostgresServer, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)(
  'models on PostgreSQL (install the package postgresql to run this)',
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    const compiler: Compiler = openPackageProject({
      profile: { kind: 'postgres' },
      dialect: postgresDialect,
    });
    const models = Object.values(compiler.manifest.nodes).filter(
      (node) => node.resource_type !== 'test' && node.config.materialized !== 'ephemeral',
    );
    let server: PostgresServer;
    let duckdb: Engine;
    let postgres: Engine;

    beforeAll(async () => {
      server = startPostgres(binaries ?? '');
      postgres = await openPostgres({ connectionString: server.connectionString });
      await copyAcme(folder);
      duckdb = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
      await copyInputs(duckdb, postgres, folder);
    });

    afterAll(async () => {
      await Promise.all([duckdb?.close(), postgres?.close()]);
      server?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    it('builds every model and passes every test', async () => {
      const selection = selectNodes(compiler.manifest, {});
      const summary = await runNodes({ compiler, engine: postgres, selection, clock, kinds: 'build' });
      const bad = summary.results.filter((result) => !['success', 'pass', 'warn'].includes(result.status));
      expect(bad.map((result) => `${result.name}: ${result.message}`)).toEqual([]);
    });

    it('builds again over what is there', async () => {
      const selection = selectNodes(compiler.manifest, {});
      const summary = await runNodes({ compiler, engine: postgres, selection, clock, kinds: 'build' });
      expect(summary.ok).toBe(true);
    });

    it.each(models.map((model) => [model.schema, model.alias] as const))(
      '%s.%s is equal cell by cell',
      async (schema, name) => {
        expect(await listDifferences(duckdb, postgres, { schema, name })).toEqual([]);
      },
    );
  },
);
