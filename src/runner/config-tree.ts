import { type ConfigLayer, settingName } from './node-config.ts';
import { isRecord } from './template-values.ts';
import type { YamlFile } from './yaml-file.ts';

/** Settings that `dbt_project.yml` may name without the `+`. */
const PLAIN_SETTINGS = new Set([
  'enabled',
  'alias',
  'schema',
  'database',
  'tags',
  'materialized',
  'incremental_strategy',
  'unique_key',
  'on_schema_change',
  'full_refresh',
  'quote_columns',
  'delimiter',
  'severity',
  'warn_if',
  'error_if',
  'where',
  'limit',
  'fail_calc',
  'store_failures',
  'pre-hook',
  'post-hook',
  'meta',
  'column_types',
]);

function isSetting(key: string, value: unknown): boolean {
  if (key.startsWith('+')) return true;
  return PLAIN_SETTINGS.has(key) && (!isRecord(value) || key === 'meta' || key === 'column_types');
}

/**
 * The settings of `dbt_project.yml` that hold for a node, from the top of the tree down to its own name.
 *
 * @param tree for example the value under `models:`
 */
export function listTreeLayers(
  tree: unknown,
  fqn: readonly string[],
  place: { readonly yaml: YamlFile; readonly key: string },
): ConfigLayer[] {
  const layers: ConfigLayer[] = [];
  let level: unknown = tree;
  const path: string[] = [place.key];
  for (const step of [...fqn, null]) {
    if (!isRecord(level)) break;
    const entries = Object.entries(level).filter(([key, value]) => isSetting(key, value));
    const values = Object.fromEntries(entries.map(([key, value]) => [settingName(key), value]));
    const here = [...path];
    const written = new Map(entries.map(([key]) => [settingName(key), key]));
    if (entries.length > 0) {
      layers.push({
        values,
        placeOf: (key) => ({
          file: place.yaml.file,
          line: place.yaml.lineOf([...here, written.get(key) ?? key]),
        }),
      });
    }
    if (step === null) break;
    path.push(step);
    level = level[step];
  }
  return layers;
}
