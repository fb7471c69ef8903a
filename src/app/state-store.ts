import { type Clock, utcTime } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';

export type JobKind = 'load' | 'generate' | 'build' | 'undo' | 'detect' | 'alert';

/** One run of a command that changes the workspace. */
export interface JobRun {
  readonly runId: string;
  readonly kind: JobKind;
  readonly asOf: string | null;
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
