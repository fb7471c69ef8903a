import type { z } from 'zod';
import type { ProjectFile } from './project-files.ts';
import {
  type ExposureYaml,
  exposureSchema,
  type MacroYaml,
  type ModelYaml,
  macroSchema,
  modelSchema,
  propertiesSchema,
  type SingularTestYaml,
  type SourceYaml,
  singularTestSchema,
  sourceSchema,
  type UnitTestYaml,
  unitTestSchema,
} from './properties-schema.ts';
import { invalid } from './source-text.ts';
import { isRecord } from './template-values.ts';
import { listKeys, parseYamlFile, parseYamlValue, type YamlFile, type YamlPath } from './yaml-file.ts';

/** One entry of a properties file, and where it stands. */
export interface Entry<T> {
  readonly value: T;
  readonly file: ProjectFile;
  readonly yaml: YamlFile;
  readonly path: YamlPath;
}

/** Everything the properties files say. */
export interface Properties {
  readonly models: readonly Entry<ModelYaml>[];
  readonly seeds: readonly Entry<ModelYaml>[];
  readonly sources: readonly Entry<SourceYaml>[];
  readonly macros: readonly Entry<MacroYaml>[];
  readonly exposures: readonly Entry<ExposureYaml>[];
  readonly unitTests: readonly Entry<UnitTestYaml>[];
  readonly singularTests: readonly Entry<SingularTestYaml>[];
  /** Parts of a file that have no bearing on a build and were left aside. */
  readonly warnings: readonly string[];
}

/** Says of a path in a YAML file whether its Jinja waits for later. */
const RENDERED_LATER = new Set([
  'description',
  'tests',
  'data_tests',
  'pre-hook',
  'post-hook',
  'pre_hook',
  'post_hook',
  'given',
  'expect',
  'depends_on',
  'model',
]);

/** dbt's semantic layer reads these; a build does not. */
const LEFT_ASIDE = ['metrics', 'semantic_models', 'saved_queries', 'analyses', 'groups'];

/** Renders strings of a YAML value; `render` is given one string at a time. */
export function renderYamlValue(value: unknown, render: (text: string) => unknown): unknown {
  if (typeof value === 'string') return value.includes('{{') || value.includes('{%') ? render(value) : value;
  if (Array.isArray(value)) return value.map((item) => renderYamlValue(item, render));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      RENDERED_LATER.has(key) ? item : renderYamlValue(item, render),
    ]),
  );
}

function readList<T>(
  place: { readonly file: ProjectFile; readonly yaml: YamlFile; readonly key: string },
  list: readonly unknown[] | null | undefined,
  schema: z.ZodType<T> & z.ZodObject,
): Entry<T>[] {
  return (list ?? []).map((item, index) => {
    const path: YamlPath = [place.key, index];
    const value = parseYamlValue<T>(schema, item, { yaml: place.yaml, path, supported: listKeys(schema) });
    return { value, file: place.file, yaml: place.yaml, path };
  });
}

function isFixtureList(file: ProjectFile): boolean {
  return file.innerPath.startsWith('fixtures/');
}

/** Reads the properties files. Throws `PROJECT_INVALID` or `PROJECT_UNSUPPORTED` with file, line and key. */
export function readProperties(
  files: readonly ProjectFile[],
  render: (value: unknown, yaml: YamlFile) => unknown,
): Properties {
  const found = {
    models: [] as Entry<ModelYaml>[],
    seeds: [] as Entry<ModelYaml>[],
    sources: [] as Entry<SourceYaml>[],
    macros: [] as Entry<MacroYaml>[],
    exposures: [] as Entry<ExposureYaml>[],
    unitTests: [] as Entry<UnitTestYaml>[],
    singularTests: [] as Entry<SingularTestYaml>[],
    warnings: [] as string[],
  };
  for (const file of files) {
    if (isFixtureList(file)) continue;
    const yaml = parseYamlFile(file.file, file.text);
    if (yaml.value === null) continue;
    if (!isRecord(yaml.value))
      throw invalid({ file: file.file, line: 1 }, 'a properties file holds lists such as models:');
    const { ...rest } = yaml.value;
    for (const key of LEFT_ASIDE) {
      if (rest[key] === undefined) continue;
      found.warnings.push(
        `${file.file}:${yaml.lineOf([key])}: ${key} are not read: they take no part in a build`,
      );
      delete rest[key];
    }
    const supported = listKeys(propertiesSchema);
    const lists = parseYamlValue(propertiesSchema, render(rest, yaml), { yaml, path: [], supported });
    const at = (key: string) => ({ file, yaml, key });
    found.models.push(...readList<ModelYaml>(at('models'), lists.models, modelSchema));
    found.seeds.push(...readList<ModelYaml>(at('seeds'), lists.seeds, modelSchema));
    found.sources.push(...readList<SourceYaml>(at('sources'), lists.sources, sourceSchema));
    found.macros.push(...readList<MacroYaml>(at('macros'), lists.macros, macroSchema));
    found.exposures.push(...readList<ExposureYaml>(at('exposures'), lists.exposures, exposureSchema));
    found.unitTests.push(...readList<UnitTestYaml>(at('unit_tests'), lists.unit_tests, unitTestSchema));
    found.singularTests.push(
      ...readList<SingularTestYaml>(at('data_tests'), lists.data_tests, singularTestSchema),
    );
  }
  return found;
}
