import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import {
  type Engine,
  openDuckdb,
  openPostgres,
  postgresDialect,
  type Value,
} from '../../src/engines/index.ts';
import { renderTableDdl } from '../../src/load/index.ts';
import { type Compiler, openCompiler, runNodes, selectNodes } from '../../src/runner/index.ts';
import { createScoringTables } from '../../src/scoring/index.ts';
import { listPostgresBinaries, type PostgresServer, startPostgres } from './postgres-server.ts';

const AS_OF = '2026-03-14';
const clock = buildFixedClock('2026-03-15T06:00:00Z');
const binaries = listPostgresBinaries();

async function buildOnDuckdb(folder: string): Promise<void> {
  writeWorkspace(folder);
  const tenure = openTenure({ folder, clock });
  await tenure.load({ paths: [path.join(PACKAGE_ROOT, 'examples', 'acme', 'data')] });
  const report = await tenure.build({ asOf: AS_OF });
  expect(report.isPublished).toBe(true);
}

/** The raw tables of a warehouse, created by the contract and copied. */
async function copyRaw(from: Engine, to: Engine): Promise<void> {
  for (const table of listTables()) {
    await to.execute(`create schema if not exists ${table.schema}`);
    await to.execute(renderTableDdl(table, postgresDialect));
    const columns = (await from.listColumns(table.schema, table.name)).map((column) => column.name);
    const rows = await from.query(`select * from ${table.schema}.${table.name}`);
    const values = rows.map((row) => columns.map((column) => row[column] ?? null));
    await to.writeRows({ schema: table.schema, name: table.name, columns }, values);
  }
}

function openPostgresProject(): Compiler {
  return openCompiler({
    roots: [path.join(PACKAGE_ROOT, 'dbt')],
    target: { name: 'conformance', schema: 'public', type: 'postgres', database: null },
    dialect: postgresDialect,
    vars: { as_of: AS_OF },
    environment: {},
    clock,
    invocationId: 'conformance',
  });
}

/** Equal, or numbers within 1e-9 of each other, relative where they are large. */
function isSame(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left === 'boolean' || typeof right === 'boolean')
    return false;
  const [a, b] = [Number(left), Number(right)];
  return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}

describe.skipIf(binaries === null)(
  'models on PostgreSQL (install the package postgresql to run this)',
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    const compiler = openPostgresProject();
    const models = Object.values(compiler.manifest.nodes).filter(
      (node) => node.resource_type !== 'test' && node.config.materialized !== 'ephemeral',
    );
    let server: PostgresServer;
    let duckdb: Engine;
    let postgres: Engine;

    beforeAll(async () => {
      server = startPostgres(binaries ?? '');
      postgres = await openPostgres({ connectionString: server.connectionString });
      await buildOnDuckdb(folder);
      duckdb = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
      await copyRaw(duckdb, postgres);
      await createScoringTables(postgres);
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
        const columns = (await duckdb.listColumns(schema, name)).map((column) => column.name);
        expect((await postgres.listColumns(schema, name)).map((column) => column.name)).toEqual(columns);
        const fetchRows = (engine: Engine) => engine.query(`select * from "${schema}"."${name}"`);
        const render = (rows: readonly Readonly<Record<string, Value>>[]) =>
          rows
            .map((row) => columns.map((column) => row[column] ?? null))
            .sort((a, b) => renderKey(a).localeCompare(renderKey(b), 'en'));
        const [left, right] = [render(await fetchRows(duckdb)), render(await fetchRows(postgres))];
        expect(right.length).toBe(left.length);
        const different = left.flatMap((row, index) =>
          columns.flatMap((column, at) => {
            const [a, b] = [row[at] ?? null, right[index]?.[at] ?? null];
            return isSame(a, b) ? [] : [`row ${index} ${column}: ${a} on DuckDB, ${b} on PostgreSQL`];
          }),
        );
        expect(different).toEqual([]);
      },
    );
  },
);

/** A key to line two engines' rows up by: numbers rounded, so that the last digit of a float moves no row. */
function renderKey(row: readonly Value[]): string {
  return row
    .map((value) => {
      const number = typeof value === 'boolean' || value === null ? Number.NaN : Number(value);
      return Number.isFinite(number) ? number.toPrecision(8) : String(value);
    })
    .join('\u0001');
}
