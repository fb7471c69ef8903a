import { quoteRelation, TenureError } from '../base/index.ts';
import { renderSubquery } from './compiled-sql.ts';
import type { ManifestNode } from './manifest.ts';
import { createSchema } from './node-hooks.ts';
import type { NodeContext, NodeOutcome } from './run-types.ts';
import { replaceRelation } from './swap-relation.ts';

/** The failing rows of a test, no more than its `limit`. */
function renderFailures(node: ManifestNode, sql: string): string {
  const { limit } = node.config;
  if (limit === null || limit === undefined) return sql;
  return `select * from ${renderSubquery(sql)} as limited_rows limit ${limit}`;
}

/** The query that counts failing rows and holds the count against `warn_if` and `error_if`. */
function renderCount(node: ManifestNode, failures: string): string {
  const { fail_calc: failCalc, warn_if: warnIf, error_if: errorIf } = node.config;
  return (
    `select cast(${failCalc} as bigint) as failures, ${failCalc} ${warnIf} as should_warn, ` +
    `${failCalc} ${errorIf} as should_error from ${renderSubquery(failures)} as failing_rows`
  );
}

/** Keeps the failing rows in a table, as `store_failures` asks, and returns the query that reads it. */
async function storeFailures(context: NodeContext, node: ManifestNode, failures: string): Promise<string> {
  const { engine } = context;
  await engine.transaction(async () => {
    await createSchema(context, node.schema);
    await replaceRelation(context, { schema: node.schema, name: node.alias, kind: 'table' }, failures);
  });
  return `select * from ${quoteRelation(node.schema, node.alias)}`;
}

/**
 * Runs one data test and judges it as dbt does: severity `error` fails when `error_if` holds, else warns when
 * `warn_if` holds; severity `warn` never fails. With `store_failures` the rows stay in a table.
 *
 * @throws TenureError QUERY_FAILED, TEST_WITHOUT_COUNT
 */
export async function runDataTest(context: NodeContext, node: ManifestNode): Promise<NodeOutcome> {
  const sql = context.compiler.compile(node.unique_id);
  context.keepCompiled(sql);
  const isStored = node.config.store_failures === true;
  const found = renderFailures(node, sql);
  const failing = isStored ? await storeFailures(context, node, found) : found;
  const [row] = await context.engine.query(renderCount(node, failing));
  const failures = row?.['failures'] ?? null;
  if (failures === null) {
    const details = { file: node.original_file_path, name: node.name, failCalc: node.config.fail_calc };
    throw new TenureError('TEST_WITHOUT_COUNT', details);
  }
  const count = Number(failures);
  const place = isStored ? ` in ${quoteRelation(node.schema, node.alias)}` : '';
  const got = `Got ${count} ${count === 1 ? 'result' : 'results'}${place}`;
  const isStrict = node.config.severity.toLowerCase() === 'error';
  if (isStrict && row?.['should_error'] === true) {
    const message = `${got}, configured to fail if ${node.config.error_if}`;
    return { status: 'fail', message, failures: count };
  }
  if (row?.['should_warn'] === true) {
    const message = `${got}, configured to warn if ${node.config.warn_if}`;
    return { status: 'warn', message, failures: count };
  }
  return { status: 'pass', message: '', failures: 0 };
}
