import fs from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { PACKAGE_ROOT } from '../../src/app/index.ts';

/** Writes the package's health definition with wider bands into a folder, as the next version; returns the file. */
export function writeChangedHealth(folder: string): string {
  const project = fs.readFileSync(path.join(PACKAGE_ROOT, 'dbt', 'dbt_project.yml'), 'utf8');
  const { health } = parse(project).vars;
  const bands = { excellent: 72, stable: 55, at_risk: 40 };
  const file = path.join(folder, 'health-next.yml');
  fs.writeFileSync(file, stringify({ ...health, version: health.version + 1, bands }));
  return file;
}
