import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readVersion, type Workspace } from './workspace.ts';

/** What a dbt project is read from; anything else in its folders changes no model. */
const READ = new Set(['.sql', '.yml', '.yaml', '.csv', '.md']);
const FOLDERS = ['models', 'macros', 'seeds', 'tests'];

function listFiles(root: string): readonly string[] {
  const files = FOLDERS.flatMap((folder) => {
    const start = path.join(root, folder);
    if (!fs.existsSync(start)) return [];
    return fs
      .readdirSync(start, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(folder, name));
  });
  // What matters of tenure.yml are its variables.
  const top = fs.readdirSync(root).filter((name) => name !== 'tenure.yml');
  return [...top, ...files].filter((name) => READ.has(path.extname(name))).sort();
}

/**
 * A hash of all that decides how rows are worked out, but for the rows themselves and the day: the package, the files of the
 * project and its variables. Two builds with the same fingerprint say the same of the same rows.
 */
export function hashProject(workspace: Workspace, vars: Readonly<Record<string, unknown>>): string {
  const hash = createHash('sha256').update(JSON.stringify([readVersion(), vars]));
  for (const root of workspace.dbtRoots) {
    for (const name of listFiles(root)) {
      hash.update(`\0${name}\0`).update(fs.readFileSync(path.join(root, name)));
    }
  }
  return hash.digest('hex');
}
