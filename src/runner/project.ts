import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { type ProjectFile, readFiles } from './project-files.ts';
import { type ProjectYaml, projectSchema } from './project-schema.ts';
import { invalid, unsupported } from './source-text.ts';
import { isRecord } from './template-values.ts';
import { listKeys, parseYamlFile, parseYamlValue, type YamlFile } from './yaml-file.ts';

/** The files of a project by what they hold. */
export interface ProjectFiles {
  readonly models: readonly ProjectFile[];
  readonly seeds: readonly ProjectFile[];
  readonly macros: readonly ProjectFile[];
  readonly singularTests: readonly ProjectFile[];
  readonly fixtures: readonly ProjectFile[];
  readonly properties: readonly ProjectFile[];
  readonly docs: readonly ProjectFile[];
}

/** A dbt project as read from disk, before any Jinja in it has been rendered. */
export interface Project {
  readonly name: string;
  readonly yaml: YamlFile;
  readonly settings: ProjectYaml;
  readonly files: ProjectFiles;
}

const SUPPORTED_FOLDERS = 'models, seeds, tests, macros and docs';

/** Renders the Jinja in the strings of a YAML value. */
export type YamlRenderer = (value: unknown, yaml: YamlFile) => unknown;

function assertNoPackages(root: string): void {
  for (const name of ['packages.yml', 'dependencies.yml']) {
    const file = path.join(root, name);
    if (!existsSync(file)) continue;
    const yaml = parseYamlFile(file, readFileSync(file, 'utf8'));
    const keys = ['packages', 'projects'] as const;
    for (const key of keys) {
      const list = isRecord(yaml.value) ? yaml.value[key] : undefined;
      if (Array.isArray(list) && list.length > 0) {
        throw unsupported(
          { file, line: yaml.lineOf([key, 0]) },
          'installing packages',
          'the macros in your own macros folder: copy what you need there',
        );
      }
    }
  }
}

function assertNoSnapshots(root: string, folders: readonly string[]): void {
  for (const folder of folders) {
    const file = readFiles(root, folder, ['.sql', '.yml', '.yaml'])[0];
    if (file !== undefined) throw unsupported({ file: file.file, line: 1 }, 'a snapshot', SUPPORTED_FOLDERS);
  }
}

function assertNoPython(root: string, folder: string): void {
  const file = readFiles(root, folder, ['.py'])[0];
  if (file !== undefined) throw unsupported({ file: file.file, line: 1 }, 'a Python model', 'models in SQL');
}

/** Files are listed once, even where one configured folder lies inside another. */
function readAll(
  roots: readonly string[],
  folders: readonly string[],
  extensions: readonly string[],
): ProjectFile[] {
  const seen = new Set<string>();
  return roots
    .flatMap((root) => folders.flatMap((folder) => readFiles(root, folder, extensions)))
    .filter((file) => !seen.has(file.file) && seen.add(file.file));
}

function readProjectFiles(roots: readonly string[], settings: ProjectYaml): ProjectFiles {
  const models = settings['model-paths'] ?? ['models'];
  const seeds = settings['seed-paths'] ?? ['seeds'];
  const tests = settings['test-paths'] ?? ['tests'];
  const macros = settings['macro-paths'] ?? ['macros'];
  for (const root of roots) {
    assertNoPackages(root);
    assertNoSnapshots(root, settings['snapshot-paths'] ?? ['snapshots']);
    for (const folder of models) assertNoPython(root, folder);
  }
  const testFiles = readAll(roots, tests, ['.sql', '.csv']);
  const isIn = (folder: string) => (file: ProjectFile) => file.innerPath.startsWith(`${folder}/`);
  const isSql = (file: ProjectFile): boolean => file.file.endsWith('.sql');
  const isGeneric = isIn('generic');
  const isFixture = isIn('fixtures');
  const propertyFolders = [...new Set([...models, ...seeds, ...tests, ...macros])];
  return {
    models: readAll(roots, models, ['.sql']),
    seeds: readAll(roots, seeds, ['.csv']),
    macros: [
      ...readAll(roots, macros, ['.sql']),
      ...testFiles.filter((file) => isSql(file) && isGeneric(file)),
    ],
    singularTests: testFiles.filter((file) => isSql(file) && !isGeneric(file) && !isFixture(file)),
    fixtures: testFiles.filter(isFixture),
    properties: readAll(roots, propertyFolders, ['.yml', '.yaml']),
    docs: readAll(roots, settings['docs-paths'] ?? propertyFolders, ['.md']),
  };
}

/**
 * Reads a dbt project from its folders. The first holds `dbt_project.yml`; the models, macros, seeds and tests
 * of the others join the same project. Throws `PROJECT_MISSING`, `PROJECT_INVALID`, `PROJECT_UNSUPPORTED`.
 */
export function readProject(roots: readonly string[], render: YamlRenderer): Project {
  const absolute = roots.map((root) => path.resolve(root));
  const file = path.join(absolute[0] ?? '.', 'dbt_project.yml');
  if (!existsSync(file)) throw new TenureError('PROJECT_MISSING', { path: absolute[0] ?? '.' });
  const yaml = parseYamlFile(file, readFileSync(file, 'utf8'));
  if (!isRecord(yaml.value)) throw invalid({ file, line: 1 }, 'the file is empty');
  const { vars, ...rest } = yaml.value;
  const hooks = { 'on-run-start': rest['on-run-start'], 'on-run-end': rest['on-run-end'] };
  const rendered = render({ ...rest, 'on-run-start': undefined, 'on-run-end': undefined }, yaml);
  const settings = parseYamlValue(
    projectSchema,
    { ...(rendered as object), ...hooks, vars },
    { yaml, path: [], supported: listKeys(projectSchema) },
  );
  return { name: settings.name, yaml, settings, files: readProjectFiles(absolute, settings) };
}
