import type { Clock, Environment, Ids } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { SharedState } from './shared-state.ts';
import { type JobKind, writeJobEnd, writeJobStart } from './state-store.ts';
import { cleanScratch } from './storage/duckdb-warehouse-store.ts';
import type { Storage } from './storage/storage.ts';
import { runInTurn } from './turns.ts';
import type { Workspace } from './workspace.ts';

/** What every verb of the library works with. */
export interface TenureContext {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly environment: Environment;
  /** Where the data lie. */
  readonly storage: Storage;
  /** The state, where this process keeps it open. */
  readonly shared?: SharedState | undefined;
}

/** A job as it is written into the workspace's history. */
export interface JobPlan<T> {
  readonly kind: JobKind;
  readonly asOf: string | null;
  work(state: Engine): Promise<T>;
  /** How the result is remembered. */
  renderEnd(result: T): { readonly status: 'ok' | 'failed'; readonly summary: string };
}

async function lendState<T>(state: Engine, work: (state: Engine) => Promise<T>): Promise<T> {
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

/**
 * Lets `work` use the state of the workspace: by a connection of its own where this process keeps it open. Else it is opened
 * and closed, by one verb of this process after the other.
 *
 * @throws TenureError DATABASE_OWNED when another process owns the workspace
 */
export async function withState<T>(
  { storage, shared }: TenureContext,
  work: (state: Engine) => Promise<T>,
): Promise<T> {
  if (shared !== undefined) return lendState(await shared.connect(), work);
  return runInTurn(`state ${storage.key}`, async () => lendState(await storage.openState(), work));
}

/** Runs work that needs files for itself: when the jobs of this process before it have ended. */
export function runAfterJobs<T>({ storage, shared }: TenureContext, work: () => Promise<T>): Promise<T> {
  const runAlone = () => storage.runJob(work);
  return shared === undefined ? runInTurn(`job ${storage.key}`, runAlone) : shared.runNext(runAlone);
}

/**
 * Runs a job as the owner of the workspace and notes how it went. Jobs of one process run one after the other.
 *
 * @throws TenureError DATABASE_OWNED when another process owns the workspace, and whatever the job throws
 */
export function runJob<T>(context: TenureContext, plan: JobPlan<T>): Promise<T> {
  return runAfterJobs(context, () => withState(context, (state) => runNoted(context, state, plan)));
}

async function runNoted<T>(
  { workspace, clock, ids }: TenureContext,
  state: Engine,
  plan: JobPlan<T>,
): Promise<T> {
  const runId = ids.next();
  try {
    cleanScratch(workspace);
    await writeJobStart(state, { runId, kind: plan.kind, asOf: plan.asOf }, clock);
    const result = await plan.work(state);
    await writeJobEnd(state, { runId, ...plan.renderEnd(result) }, clock);
    return result;
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    await writeJobEnd(state, { runId, status: 'failed', summary }, clock);
    throw error;
  } finally {
    cleanScratch(workspace);
  }
}
