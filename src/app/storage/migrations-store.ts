import fs from 'node:fs';
import path from 'node:path';
import type { Engine } from '../../engines/index.ts';
import { restoreMilestoneIndex } from '../../milestones/index.ts';
import { PACKAGE_ROOT } from '../workspace.ts';

/** Brings the tables of the application state up to date. */
export async function runMigrations(engine: Engine): Promise<void> {
  await engine.execute('create table if not exists schema_migrations (name text primary key)');
  const done = new Set((await engine.query('select name from schema_migrations')).map((row) => row['name']));
  const folder = path.join(PACKAGE_ROOT, 'schema');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.sql'));
  for (const name of files.sort()) {
    if (done.has(name)) continue;
    await engine.transaction(async () => {
      await engine.execute(fs.readFileSync(path.join(folder, name), 'utf8'));
      await engine.execute('insert into schema_migrations (name) values ($1)', [name]);
    });
  }
  await restoreMilestoneIndex(engine);
}
