import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { BundleContents, BundleProblem, Report } from './bundle-contents.ts';
import type { BundleFiles } from './bundle-file.ts';
import { checkChart } from './check-chart.ts';
import { checkDashboard } from './check-dashboard.ts';
import { checkDatabase, checkDataset } from './check-dataset.ts';
import { FILE_SCHEMAS } from './check-schemas.ts';

type Folder = keyof typeof FILE_SCHEMAS;

function isFolder(name: string): name is Folder {
  return Object.hasOwn(FILE_SCHEMAS, name);
}

/** The part of a path that says what a file is: an import takes the first folder away. */
function readFolder(file: string): string {
  const [, folder = '', ...rest] = file.split('/');
  return rest.length === 0 ? folder.replace(/\.yaml$/, '') : folder;
}

/** Whether an import reads a file of this name. */
function isRead(file: string): boolean {
  return isFolder(readFolder(file)) && /^[^._].*\.yaml$/.test(file.split('/').at(-1) ?? '');
}

function checkNames(files: BundleFiles, report: (file: string) => Report): void {
  const seen = new Map<string, string>();
  for (const file of files.keys()) {
    if (!isRead(file)) report(file)('file-name', '', 'Superset takes no notice of a file of this name');
    const other = seen.get(file.toLowerCase());
    if (other !== undefined) report(file)('file-unique', '', `${other} has the same name on some machines`);
    seen.set(file.toLowerCase(), file);
  }
}

/** A value of nothing but an equals sign, which Python's reader gives up on. */
const BARE_EQUALS = /[:-] =\s*$/m;

/** Reads YAML as both versions of it do; undefined where they do not agree or it is none. */
function readYaml(text: string, report: Report): unknown {
  try {
    const value: unknown = parse(text);
    const isSame = isDeepStrictEqual(value, parse(text, { version: '1.1' }));
    if (isSame && !BARE_EQUALS.test(text)) return value;
    report('yaml-1.1', '', 'a value is something else in YAML 1.1, which Superset reads: put it in quotes');
  } catch (error) {
    report('yaml', '', error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  return undefined;
}

function readContents(files: BundleFiles, report: (file: string) => Report): BundleContents {
  const contents: Record<Folder, Map<string, unknown>> = {
    metadata: new Map(),
    databases: new Map(),
    datasets: new Map(),
    charts: new Map(),
    dashboards: new Map(),
  };
  for (const [file, text] of files) {
    const folder = readFolder(file);
    const value = isRead(file) ? readYaml(text, report(file)) : undefined;
    if (!isFolder(folder) || value === undefined) continue;
    const parsed = FILE_SCHEMAS[folder].safeParse(value);
    if (parsed.success) contents[folder].set(file, parsed.data);
    for (const issue of parsed.error?.issues ?? [])
      report(file)(nameRule(issue.path), issue.path.join('.'), issue.message);
  }
  const [metadata] = contents.metadata;
  if (![...files.keys()].some((file) => readFolder(file) === 'metadata'))
    report('metadata.yaml')('metadata', '', 'there is none');
  if (metadata !== undefined && (metadata[1] as { type?: string }).type !== undefined)
    report(metadata[0])('no-type', 'type', 'with a type only one of the imports takes the bundle');
  const { metadata: _, ...assets } = contents;
  return assets as unknown as BundleContents;
}

function nameRule(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  return last === 'version' || last === 'viz_type' ? String(last).replace('_', '-') : 'schema';
}

const UUID_5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function checkUuids(contents: BundleContents, report: (file: string) => Report): void {
  const seen = new Map<string, string>();
  for (const [file, { uuid }] of Object.values(contents).flatMap((folder) => [...folder])) {
    if (!UUID_5.test(uuid)) report(file)('uuid-v5', 'uuid', `${uuid} is no UUID of version 5`);
    const other = seen.get(uuid);
    if (other !== undefined) report(file)('uuid-unique', 'uuid', `${other} has the same`);
    seen.set(uuid, file);
  }
}

/**
 * Checks a bundle against what Superset's imports ask of it, and against what would import but be wrong: references
 * to what is not there, charts without a time filter, states added up over days, credentials. None of Superset's code
 * runs. A file that breaks its schema is left out of the other rules.
 *
 * @returns nothing for a good bundle
 */
export function checkSupersetBundle(files: BundleFiles): readonly BundleProblem[] {
  const problems: BundleProblem[] = [];
  const report =
    (file: string): Report =>
    (rule, path, problem) =>
      void problems.push({ file, path, rule, problem });
  checkNames(files, report);
  const contents = readContents(files, report);
  checkUuids(contents, report);
  for (const [file, database] of contents.databases) checkDatabase(database, report(file));
  for (const [file, dataset] of contents.datasets) checkDataset(dataset, contents, report(file));
  for (const [file, chart] of contents.charts) checkChart(chart, contents, report(file));
  for (const [file, dashboard] of contents.dashboards) checkDashboard(dashboard, contents, report(file));
  return problems;
}
