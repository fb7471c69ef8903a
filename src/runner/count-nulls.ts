import { quoteIdentifier } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Manifest, ManifestNode } from './manifest.ts';
import type { RunTask } from './run-plan.ts';

interface NullTest {
  readonly uniqueId: string;
  readonly relation: string;
  readonly column: string;
}

/** A plain `not_null` test of a column of a model or seed, or null for any other test. */
function parseNullTest(manifest: Manifest, uniqueId: string): NullTest | null {
  const node = manifest.nodes[uniqueId];
  const about = manifest.nodes[node?.attached_node ?? ''];
  const column = node?.test_metadata?.name === 'not_null' ? node.column_name : null;
  if (node === undefined || about === undefined || column === null || column === undefined) return null;
  const isPlain = isPlainTest(node) && about.config.materialized !== 'ephemeral';
  return isPlain && about.relation_name !== null ? { uniqueId, relation: about.relation_name, column } : null;
}

function isPlainTest({ config, test_metadata: metadata }: ManifestNode): boolean {
  return (
    metadata?.namespace === null &&
    (config.where === null || config.where === undefined) &&
    (config.limit === null || config.limit === undefined) &&
    config.store_failures !== true &&
    config.fail_calc === 'count(*)' &&
    config.warn_if === '!= 0' &&
    config.error_if === '!= 0'
  );
}

/** The tests whose column has no NULL, looked up for all tests of a relation in one scan of it. */
async function fetchWithoutNulls(engine: Engine, tests: readonly NullTest[]): Promise<readonly string[]> {
  const [first] = tests;
  if (first === undefined || tests.length < 2) return [];
  const counts = tests.map(
    ({ column }, index) => `count(*) - count(${quoteIdentifier(column)}) as n${index}`,
  );
  try {
    const [row] = await engine.query(`select ${counts.join(', ')} from ${first.relation}`);
    return tests.filter((_, index) => Number(row?.[`n${index}`]) === 0).map(({ uniqueId }) => uniqueId);
  } catch {
    // Something is wrong with one of them: each is run by itself and says so.
    return [];
  }
}

/** Answers whether a test is known to pass without being run. */
export type NullLookup = (engine: Engine, uniqueId: string) => Promise<boolean>;

/**
 * Looks the plain `not_null` tests of a run up, those of a relation together when the first of them is asked about. They are
 * most of a project's tests, and a scan of a view costs much the same for one column as for all. What is not known to
 * pass is run as any other test.
 */
export function openNullLookup(manifest: Manifest, tasks: readonly RunTask[]): NullLookup {
  const byRelation = new Map<string, NullTest[]>();
  const relationOf = new Map<string, string>();
  for (const { uniqueId } of tasks) {
    const test = parseNullTest(manifest, uniqueId);
    if (test === null) continue;
    relationOf.set(uniqueId, test.relation);
    byRelation.set(test.relation, [...(byRelation.get(test.relation) ?? []), test]);
  }
  const found = new Map<string, Promise<readonly string[]>>();
  return async (engine, uniqueId) => {
    const relation = relationOf.get(uniqueId);
    if (relation === undefined) return false;
    const passed = found.get(relation) ?? fetchWithoutNulls(engine, byRelation.get(relation) ?? []);
    found.set(relation, passed);
    return (await passed).includes(uniqueId);
  };
}
