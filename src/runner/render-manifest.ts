import type { Manifest, ManifestMacro, ManifestNode } from './manifest.ts';
import { buildNodeFields, buildSourceFields } from './manifest-fields.ts';
import { groupTests } from './node-keys.ts';

/** `root_path` is a place on this machine; everything else is dbt's. */
function withoutRoot(node: ManifestNode): Omit<ManifestNode, 'root_path'> {
  const { root_path: _place, ...rest } = node;
  return rest;
}

function withoutPlace(macro: ManifestMacro): Omit<ManifestMacro, 'root_path' | 'first_line'> {
  const { root_path: _place, first_line: _line, ...rest } = macro;
  return rest;
}

/**
 * The text of `target/manifest.json`, version 12 of dbt's schema.
 *
 * @param compiled the SQL of nodes that were compiled, by unique id
 */
export function renderManifest(
  manifest: Manifest,
  compiled: ReadonlyMap<string, string> = new Map(),
): string {
  const tests = groupTests(manifest);
  const nodes = Object.entries(manifest.nodes).map(([id, node]) => {
    const sql = compiled.get(id);
    const rest = { ...buildNodeFields(node, tests.get(id) ?? []), ...withoutRoot(node) };
    return [id, sql === undefined ? rest : { ...rest, compiled: true, compiled_code: sql }];
  });
  const disabled = Object.entries(manifest.disabled).map(([id, list]) => [id, list.map(withoutRoot)]);
  const sources = Object.entries(manifest.sources).map(([id, source]) => [
    id,
    { ...buildSourceFields(source), ...source },
  ]);
  const macros = Object.entries(manifest.macros).map(([id, macro]) => [id, withoutPlace(macro)]);
  const content = {
    ...manifest,
    nodes: Object.fromEntries(nodes),
    sources: Object.fromEntries(sources),
    macros: Object.fromEntries(macros),
    disabled: Object.fromEntries(disabled),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
