import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { buildFixedClock, type Clock, quoteRelation } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { copyRows, type Engine, type Value } from '../../src/engines/index.ts';
import { renderTableDdl } from '../../src/load/index.ts';
import {
  type Compiler,
  openCompiler,
  type RunSummary,
  runNodes,
  selectNodes,
} from '../../src/runner/index.ts';
import { createScoringTables } from '../../src/scoring/index.ts';

const AS_OF = '2026-03-14';

/** What the models read: the tables of the contract and those of the score step, made on an engine and filled from another. */
export async function copyInputs(from: Engine, to: Engine, folder: string): Promise<void> {
  const { createSchema } = to.dialect;
  for (const table of listTables()) {
    await to.execute(createSchema(table.schema));
    await to.execute(renderTableDdl(table, to.dialect));
  }
  await createScoringTables(to);
  const scoring = ['models', 'scores', 'reasons'].map((name) => ({ schema: 'scoring', name }));
  for (const { schema, name } of [...listTables(), ...scoring]) {
    const columns = (await to.listColumns(schema, name)).map((column) => column.name);
    const list = columns.map((column) => `"${column}"`).join(', ');
    await copyRows({
      from,
      sql: `select ${list} from ${quoteRelation(schema, name)}`,
      to,
      target: { schema, name, columns },
      scratchPath: path.join(folder, 'copied'),
    });
  }
}

type Variables = Readonly<Record<string, string>>;

/** The package's dbt project, compiled for an engine. */
export function openPackageProject(
  { profile, dialect }: Engine,
  clock: Clock,
  vars: Variables = {},
): Compiler {
  return openCompiler({
    roots: [path.join(PACKAGE_ROOT, 'dbt')],
    target: { name: 'conformance', schema: 'public', type: profile.kind, database: null },
    dialect,
    vars: { as_of: AS_OF, ...vars },
    environment: {},
    clock,
    invocationId: 'conformance',
  });
}

/** Builds the package's project on an engine. */
export function buildModels(
  engine: Engine,
  {
    clock,
    kinds,
    vars,
  }: { readonly clock: Clock; readonly kinds: 'build' | 'run'; readonly vars?: Variables },
): Promise<RunSummary> {
  const compiler = openPackageProject(engine, clock, vars);
  const selection = selectNodes(compiler.manifest, {});
  return runNodes({ compiler, engine, selection, clock, kinds });
}

/** What the package's project makes: seeds and models. */
export function listRelations(engine: Engine): readonly Relation[] {
  const { manifest } = openPackageProject(engine, buildFixedClock(`${AS_OF}T00:00:00Z`));
  return Object.values(manifest.nodes)
    .filter((node) => node.resource_type !== 'test' && node.config.materialized !== 'ephemeral')
    .map((node) => ({ schema: node.schema, name: node.alias }));
}

/** The values in a text of JSON, or null. */
function parseJson(value: Value): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return null;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

/** Equal, or numbers within 1e-9 of each other, relative where they are large; JSON by the values in it (`0.0` is `0`). */
function isSame(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left === 'boolean' || typeof right === 'boolean')
    return false;
  const [json, other] = [parseJson(left), parseJson(right)];
  if (json !== null && other !== null) return JSON.stringify(json) === JSON.stringify(other);
  const [a, b] = [Number(left), Number(right)];
  return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}

/** A key to line two engines' rows up by: numbers rounded, so that the last digit of a float moves no row. */
function renderKey(row: readonly Value[]): string {
  return row
    .map((value) => {
      const number = typeof value === 'boolean' || value === null ? Number.NaN : Number(value);
      return Number.isFinite(number) ? number.toPrecision(8) : String(value);
    })
    .join('\u0001');
}

interface Relation {
  readonly schema: string;
  readonly name: string;
}

async function fetchSorted(engine: Engine, { schema, name }: Relation, columns: readonly string[]) {
  const rows = await engine.query(`select * from ${quoteRelation(schema, name)}`);
  return rows
    .map((row) => columns.map((column) => row[column] ?? null))
    .map((row) => ({ row, key: renderKey(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

/** Where a relation is not the same on two engines, cell by cell: one line each, none when it is. */
export async function listDifferences(
  left: Engine,
  right: Engine,
  relation: Relation,
): Promise<readonly string[]> {
  const [columns, others] = await Promise.all(
    [left, right].map(async (engine) =>
      (await engine.listColumns(relation.schema, relation.name)).map((column) => column.name),
    ),
  );
  if (columns === undefined || columns.join() !== others?.join())
    return [`columns: ${columns?.join()} and ${others?.join()}`];
  const rows = await fetchSorted(left, relation, columns);
  const otherRows = await fetchSorted(right, relation, columns);
  if (rows.length !== otherRows.length) return [`rows: ${rows.length} and ${otherRows.length}`];
  return rows.flatMap((row, index) =>
    columns.flatMap((column, at) => {
      const [a, b] = [row[at] ?? null, otherRows[index]?.[at] ?? null];
      return isSame(a, b)
        ? []
        : [`row ${index} ${column}: ${a} on ${left.profile.kind}, ${b} on ${right.profile.kind}`];
    }),
  );
}
