import type { Manifest, ManifestNode } from './manifest.ts';

/** A test that holds for every row, and stops the build where it does not. */
function isProof(test: ManifestNode): boolean {
  const { severity, where, error_if } = test.config;
  return where === null && error_if === '!= 0' && severity.toUpperCase() === 'ERROR';
}

function listTestedColumns(tests: readonly ManifestNode[], name: string): readonly string[] {
  return tests.flatMap(({ test_metadata, column_name }) =>
    test_metadata?.name === name && typeof column_name === 'string' ? [column_name] : [],
  );
}

function listCombinations(tests: readonly ManifestNode[]): readonly (readonly string[])[] {
  return tests.flatMap(({ test_metadata }) => {
    const columns = test_metadata?.kwargs['combination_of_columns'];
    const isKey = test_metadata?.name === 'unique_combination_of_columns' && Array.isArray(columns);
    return isKey ? [columns.map(String)] : [];
  });
}

/**
 * The keys of a model that its data tests prove: a column, or `unique_combination_of_columns`, in which every value is there
 * (`not_null`) and no two rows agree. Single columns come first.
 *
 * @param tests those written under the model
 */
export function listProvenKeys(tests: readonly ManifestNode[]): readonly (readonly string[])[] {
  const proofs = tests.filter(isProof);
  const filled = new Set(listTestedColumns(proofs, 'not_null'));
  const keys = [
    ...listTestedColumns(proofs, 'unique').map((column) => [column]),
    ...listCombinations(proofs),
  ];
  return keys.filter((key) => key.every((column) => filled.has(column)));
}

/** The data tests by the node they are written under. */
export function groupTests(manifest: Manifest): ReadonlyMap<string, readonly ManifestNode[]> {
  const groups = new Map<string, ManifestNode[]>();
  for (const node of Object.values(manifest.nodes)) {
    const about = node.attached_node ?? null;
    if (node.resource_type !== 'test' || about === null) continue;
    const group = groups.get(about);
    if (group === undefined) groups.set(about, [node]);
    else group.push(node);
  }
  return groups;
}
