import { quoteIdentifier } from '../base/index.ts';
import type { ColumnInfo } from '../engines/index.ts';
import { renderSubquery } from './compiled-sql.ts';
import type { CompileOptions } from './compiler.ts';
import type { ManifestNode, ManifestUnitTest } from './manifest.ts';
import type { NodeContext, NodeOutcome } from './run-types.ts';
import { renderDiff, SURPLUS } from './unit-diff.ts';
import { buildUnitInputs, buildUnitProblem } from './unit-inputs.ts';
import { findUnknownColumn, parseFixture, renderFixture } from './unit-rows.ts';

function buildCompileOptions(test: ManifestUnitTest, relations: ReadonlyMap<string, string>): CompileOptions {
  const overrides = test.overrides;
  return {
    relations,
    isIncremental: overrides?.macros['is_incremental'] === true,
    macros: overrides?.macros ?? {},
    vars: overrides?.vars ?? {},
    envVars: overrides?.env_vars ?? {},
  };
}

interface Expectation {
  readonly sql: string;
  readonly columns: readonly ColumnInfo[];
}

/** The expected rows with the types of the model's own columns, and the columns to compare. */
async function buildExpectation(
  context: NodeContext,
  test: ManifestUnitTest,
  actual: readonly ColumnInfo[],
): Promise<Expectation> {
  const fixture = parseFixture(test.expect, `${test.original_file_path}, ${test.name}, expect`);
  const described = fixture.kind === 'sql' ? await context.engine.describe(renderQuery(fixture.sql)) : [];
  const names = fixture.kind === 'sql' ? described.map((column) => column.name) : fixture.names;
  const unknown = findUnknownColumn(names, actual);
  if (unknown !== null) {
    const list = actual.map((column) => column.name).join(', ');
    throw buildUnitProblem(test, `expects a column ${unknown}; the model has ${list}`);
  }
  const isWanted = (column: ColumnInfo): boolean =>
    names.length === 0 || names.some((name) => name.toLowerCase() === column.name.toLowerCase());
  const columns = actual.filter(isWanted);
  if (fixture.kind === 'rows') return { sql: renderFixture(fixture.rows, columns), columns };
  const list = columns.map(
    ({ name, type }) => `cast(${quoteIdentifier(name)} as ${type}) as ${quoteIdentifier(name)}`,
  );
  return { sql: `select ${list.join(', ')} from ${renderSubquery(fixture.sql)} as expected_query`, columns };
}

function renderQuery(sql: string): string {
  return `select * from ${renderSubquery(sql)} as described_query`;
}

/** Rows of one side that have no equal partner on the other, and how many of them; NULL equals NULL, repeats count. */
function renderDifference(actual: string, expectation: Expectation): string {
  const list = expectation.columns.map((column) => quoteIdentifier(column.name)).join(', ');
  return `with expected_rows as (
${expectation.sql}
),
actual_rows as (
select ${list} from ${renderSubquery(actual)} as model_rows
)
select ${list}, sum(${SURPLUS}) as ${SURPLUS} from (
    select ${list}, -1 as ${SURPLUS} from expected_rows
    union all
    select ${list}, 1 as ${SURPLUS} from actual_rows
) as compared_rows
group by ${list}
having sum(${SURPLUS}) <> 0`;
}

/**
 * Runs a dbt unit test: the model's SQL over fixture rows instead of its parents, its rows compared with the
 * expected ones as multisets. It is one query; nothing is written.
 *
 * @throws TenureError UNIT_TEST_INVALID when the test does not fit its model, RELATION_MISSING when the types of
 *   a parent cannot be known, QUERY_FAILED
 */
export async function runUnitTest(context: NodeContext, test: ManifestUnitTest): Promise<NodeOutcome> {
  const model = context.compiler.manifest.nodes[test.tested_node_unique_id] as ManifestNode;
  const inputs = await buildUnitInputs(context, test, model);
  const compiled = context.compiler.compile(model.unique_id, buildCompileOptions(test, inputs.relations));
  const withs = inputs.fixtures.map(({ name, sql }) => `${quoteIdentifier(name)} as (\n${sql}\n)`);
  const prefix = withs.length === 0 ? '' : `with ${withs.join(',\n')}\n`;
  const actual = `${prefix}select * from ${renderSubquery(compiled)} as tested_model`;
  context.keepCompiled(actual);
  const expectation = await buildExpectation(context, test, await context.engine.describe(actual));
  const rows = await context.engine.query(renderDifference(actual, expectation));
  const count = rows.reduce((sum, row) => sum + Math.abs(Number(row[SURPLUS])), 0);
  if (count === 0) return { status: 'pass', message: '', failures: 0 };
  const names = expectation.columns.map((column) => column.name);
  const words = count === 1 ? '1 row differs' : `${count} rows differ`;
  const message = `${words} (- expected, + actual):\n${renderDiff(rows, names)}`;
  return { status: 'fail', message, failures: count };
}
