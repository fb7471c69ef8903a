import { errorText, quoteIdentifier, quoteRelation, TenureError } from '../base/index.ts';
import type { ColumnInfo } from '../engines/index.ts';
import { renderSubquery } from './compiled-sql.ts';
import type { ManifestNode, ManifestUnitTest, UnitTestGiven } from './manifest.ts';
import type { NodeContext } from './run-types.ts';
import { findUnknownColumn, parseFixture, renderFixture } from './unit-rows.ts';

export interface UnitInputs {
  /** What the model reads instead of its parents, by unique id. */
  readonly relations: ReadonlyMap<string, string>;
  /** The queries behind those names. */
  readonly fixtures: readonly { readonly name: string; readonly sql: string }[];
}

export function buildUnitProblem(test: ManifestUnitTest, problem: string): TenureError {
  return new TenureError('UNIT_TEST_INVALID', { file: test.original_file_path, name: test.name, problem });
}

const INPUT = /^\s*(ref|source)\(\s*(['"])([^'"]+)\2\s*(?:,\s*(['"])([^'"]+)\4\s*)?\)\s*$/;

/** The unique id that an input such as `ref('stg_orders')` names; `this` for the model itself. */
function resolveInput(context: NodeContext, test: ManifestUnitTest, given: UnitTestGiven): string {
  if (given.input.trim() === 'this') return 'this';
  const match = INPUT.exec(given.input);
  const { nodes, sources } = context.compiler.manifest;
  if (match?.[1] === 'source' && match[5] !== undefined) {
    const found = Object.values(sources).find(
      (source) => source.source_name === match[3] && source.name === match[5],
    );
    if (found !== undefined) return found.unique_id;
  }
  if (match?.[1] === 'ref') {
    const [name, project] = match[5] === undefined ? [match[3], undefined] : [match[5], match[3]];
    const found = Object.values(nodes).find(
      (node) =>
        node.resource_type !== 'test' &&
        node.name === name &&
        (project === undefined || node.package_name === project),
    );
    if (found !== undefined) return found.unique_id;
  }
  throw buildUnitProblem(test, `there is nothing behind the input ${given.input}`);
}

async function fetchColumns(context: NodeContext, uniqueId: string): Promise<readonly ColumnInfo[]> {
  const { manifest } = context.compiler;
  const node = manifest.nodes[uniqueId];
  const source = manifest.sources[uniqueId];
  const [schema, name] = [node?.schema ?? source?.schema ?? '', node?.alias ?? source?.identifier ?? ''];
  const isRelation = node?.config.materialized !== 'ephemeral';
  const columns = isRelation ? await context.engine.listColumns(schema, name) : [];
  if (columns.length > 0) return columns;
  if (node?.resource_type !== 'model') {
    throw new TenureError('RELATION_MISSING', { relation: quoteRelation(schema, name) });
  }
  const sql = context.compiler.compile(uniqueId);
  return context.engine.describe(`select * from ${renderSubquery(sql)} as described_query`);
}

interface Given {
  readonly uniqueId: string;
  readonly given: UnitTestGiven;
}

/** True for a seed named without rows: dbt then takes the seed's own. */
function isRealSeed(context: NodeContext, { uniqueId, given }: Given): boolean {
  const isSeed = context.compiler.manifest.nodes[uniqueId]?.resource_type === 'seed';
  return isSeed && given.rows === null && given.fixture === null;
}

function assertComplete(
  context: NodeContext,
  test: ManifestUnitTest,
  inputs: { readonly model: ManifestNode; readonly givens: readonly Given[] },
): void {
  const { model, givens } = inputs;
  const named = new Set(givens.map((given) => given.uniqueId));
  const isIncremental = test.overrides?.macros['is_incremental'] === true;
  const missing = model.depends_on.nodes.filter((id) => !named.has(id));
  if (isIncremental && !named.has('this') && /\bthis\b/.test(model.raw_code)) missing.push('this');
  if (missing.length > 0) {
    const { nodes, sources } = context.compiler.manifest;
    const list = missing.map((id) => {
      const source = sources[id];
      if (source !== undefined) return `source('${source.source_name}', '${source.name}')`;
      return id === 'this' ? id : `ref('${nodes[id]?.name ?? id}')`;
    });
    throw buildUnitProblem(test, `gives no input for ${list.join(', ')}, which ${model.name} reads`);
  }
  const surplus = givens.find(
    ({ uniqueId }) => uniqueId !== 'this' && !isIncremental && !model.depends_on.nodes.includes(uniqueId),
  );
  if (surplus === undefined) return;
  throw buildUnitProblem(test, `gives ${surplus.given.input}, which ${model.name} does not read`);
}

/** Reads a fixture once: an engine may never look at a value that the model does not use. */
async function assertCasts(
  context: NodeContext,
  test: ManifestUnitTest,
  fixture: { readonly input: string; readonly sql: string },
): Promise<void> {
  try {
    await context.engine.query(fixture.sql);
  } catch (error) {
    throw buildUnitProblem(test, `${fixture.input}: ${errorText(error)}`);
  }
}

function buildFixtureName(base: string, taken: ReadonlySet<string>): string {
  let name = `__fixture__${base}`.slice(0, 60);
  for (let number = 2; taken.has(name); number += 1) name = `__fixture__${number}_${base}`.slice(0, 60);
  return name;
}

/**
 * Turns the `given` of a unit test into queries that stand in for what the model reads.
 *
 * @throws TenureError UNIT_TEST_INVALID for an unknown or missing input or a column that the parent does not have,
 *   RELATION_MISSING when the parent's types cannot be known
 */
export async function buildUnitInputs(
  context: NodeContext,
  test: ManifestUnitTest,
  model: ManifestNode,
): Promise<UnitInputs> {
  const givens = test.given.map((given) => ({ uniqueId: resolveInput(context, test, given), given }));
  assertComplete(context, test, { model, givens });
  const relations = new Map<string, string>();
  const fixtures: { name: string; sql: string }[] = [];
  const taken = new Set<string>();
  for (const { uniqueId, given } of givens) {
    if (isRealSeed(context, { uniqueId, given })) continue;
    if (relations.has(uniqueId)) throw buildUnitProblem(test, `gives ${given.input} twice`);
    const id = uniqueId === 'this' ? model.unique_id : uniqueId;
    const { nodes, sources } = context.compiler.manifest;
    const name = buildFixtureName(nodes[id]?.name ?? sources[id]?.name ?? 'this', taken);
    taken.add(name);
    relations.set(uniqueId, quoteIdentifier(name));
    const fixture = parseFixture(given, `${test.original_file_path}, ${test.name}, ${given.input}`);
    if (fixture.kind === 'sql') {
      fixtures.push({ name, sql: fixture.sql.trim().replace(/(\s*;)+$/, '') });
      continue;
    }
    const columns = await fetchColumns(context, id);
    const unknown = findUnknownColumn(fixture.names, columns);
    if (unknown !== null) {
      const list = columns.map((column) => column.name).join(', ');
      throw buildUnitProblem(test, `${given.input} has no column ${unknown}; it has ${list}`);
    }
    const sql = renderFixture(fixture.rows, columns);
    await assertCasts(context, test, { input: given.input, sql });
    fixtures.push({ name, sql });
  }
  return { relations, fixtures };
}
