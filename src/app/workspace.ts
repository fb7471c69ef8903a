import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { type Config, readConfig, renderConfig } from './config-file.ts';

/** The folder of the installed package: `dbt/` and `schema/` lie in it, from the source as from `dist`. */
export const PACKAGE_ROOT = path.resolve(import.meta.dirname, '..', '..');

/** The version of the installed package. */
export function readVersion(): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  return String(version);
}

/**
 * A folder Tenure works in. An `own` workspace has a `tenure.yml`, raw tables by the contract and the models of
 * the package; a `project` is any small dbt project, built from what it has itself.
 */
export interface Workspace {
  readonly kind: 'own' | 'project';
  readonly root: string;
  /** Where dbt projects and models are read from; the first root holds `dbt_project.yml`. */
  readonly dbtRoots: readonly string[];
  readonly config: Config;
  readonly files: {
    readonly raw: string;
    readonly warehouse: string;
    /** The warehouse of the last build that failed, kept to look into. */
    readonly failed: string;
    readonly state: string;
    /** Scratch files of a running command; whatever is in it may be deleted when nothing runs. */
    readonly scratch: string;
    /** dbt's artifacts: manifest, run results, catalog, compiled SQL. */
    readonly target: string;
  };
}

function buildFiles(root: string, dataFolder: string): Workspace['files'] {
  return {
    raw: path.join(dataFolder, 'raw.duckdb'),
    warehouse: path.join(dataFolder, 'warehouse.duckdb'),
    failed: path.join(dataFolder, 'warehouse.failed.duckdb'),
    state: path.join(dataFolder, 'state.duckdb'),
    scratch: path.join(dataFolder, '.tenure'),
    target: path.join(root, 'target'),
  };
}

/**
 * Finds the workspace of a folder.
 *
 * @throws TenureError WORKSPACE_MISSING when there is no `tenure.yml`, CONFIG_INVALID when it is wrong
 */
export function readWorkspace(folder: string): Workspace {
  const root = path.resolve(folder);
  const configFile = path.join(root, 'tenure.yml');
  if (!fs.existsSync(configFile)) throw new TenureError('WORKSPACE_MISSING', { path: root });
  return {
    kind: 'own',
    root,
    dbtRoots: [path.join(PACKAGE_ROOT, 'dbt'), root],
    config: readConfig(configFile),
    files: buildFiles(root, root),
  };
}

/**
 * Any small dbt project as a workspace: its warehouse lies in its `target` folder.
 *
 * @throws TenureError PROJECT_MISSING when there is no `dbt_project.yml`
 */
export function readProjectWorkspace(folder: string): Workspace {
  const root = path.resolve(folder);
  if (!fs.existsSync(path.join(root, 'dbt_project.yml')))
    throw new TenureError('PROJECT_MISSING', { path: root });
  const target = path.join(root, 'target');
  return {
    kind: 'project',
    root,
    dbtRoots: [root],
    config: { vars: {}, target: 'duckdb' },
    files: buildFiles(root, target),
  };
}

/**
 * Makes a workspace: `tenure.yml`, `data/` for files to load, `models/` for the user's own models. `asOf` is the day
 * it is looked at; today when absent.
 *
 * @throws TenureError WORKSPACE_EXISTS
 */
export function writeWorkspace(folder: string, asOf?: string): readonly string[] {
  const root = path.resolve(folder);
  const configFile = path.join(root, 'tenure.yml');
  if (fs.existsSync(configFile)) throw new TenureError('WORKSPACE_EXISTS', { path: root });
  for (const name of ['data', 'models']) fs.mkdirSync(path.join(root, name), { recursive: true });
  const ignored = '*.duckdb\n*.duckdb.wal\n.tenure/\ntenure.sock*\ntarget/\n';
  const gitignore = path.join(root, '.gitignore');
  if (!fs.existsSync(gitignore)) fs.writeFileSync(gitignore, ignored);
  fs.writeFileSync(configFile, renderConfig(asOf));
  return ['tenure.yml', 'data/', 'models/', '.gitignore'];
}
