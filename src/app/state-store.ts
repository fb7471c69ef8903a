import fs from 'node:fs';
import path from 'node:path';
import { type Clock, utcTime } from '../base/index.ts';
import type { DuckdbEngine, Engine, Row } from '../engines/index.ts';
import { openDuckdb } from '../engines/index.ts';
import { restoreMilestoneIndex } from '../milestones/index.ts';
import { PACKAGE_ROOT, type Workspace } from './workspace.ts';

export type JobKind = 'load' | 'generate' | 'build' | 'undo' | 'detect' | 'alert';

/** One run of a command that changes the workspace. */
export interface JobRun {
  readonly runId: string;
  readonly kind: JobKind;
  readonly asOf: string | null;
}

async function runMigrations(engine: Engine): Promise<void> {
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
}

/**
 * Opens the application state of a workspace and brings its tables up to date. DuckDB's lock on the file is the
 * ownership of the workspace: the kernel gives it back however the process ends.
 *
 * @throws TenureError DATABASE_OWNED when another process owns the workspace
 */
export async function openState(workspace: Workspace): Promise<DuckdbEngine> {
  fs.mkdirSync(path.dirname(workspace.files.state), { recursive: true });
  const engine = await openDuckdb({
    path: workspace.files.state,
    alias: 'state',
    // Rows are read in an order only where it is asked for; so millions of milestones may be written by all cores.
    settings: { preserve_insertion_order: 'false' },
  });
  try {
    await runMigrations(engine);
    await restoreMilestoneIndex(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

/** Notes that a job has begun; a job that was killed stays `running` until the next owner marks it. */
export async function writeJobStart(state: Engine, job: JobRun, clock: Clock): Promise<void> {
  await state.execute(`update job_runs set status = 'interrupted' where status = 'running'`);
  await state.execute(
    `insert into job_runs (run_id, kind, started_at, status, as_of, summary)
     values ($1, $2, cast($3 as timestamptz), 'running', cast($4 as date), '')`,
    [job.runId, job.kind, utcTime(clock), job.asOf],
  );
}

export interface JobEnd {
  readonly runId: string;
  readonly status: 'ok' | 'failed';
  readonly summary: string;
}

export async function writeJobEnd(state: Engine, end: JobEnd, clock: Clock): Promise<void> {
  await state.execute(
    `update job_runs set status = $1, summary = $2, finished_at = cast($3 as timestamptz) where run_id = $4`,
    [end.status, end.summary, utcTime(clock), end.runId],
  );
}

/** The latest runs first. */
export async function listJobRuns(state: Engine, limit: number): Promise<readonly Row[]> {
  return state.query('select * from job_runs order by started_at desc, run_id limit $1', [limit]);
}
