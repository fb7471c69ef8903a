import type { Clock, Environment, Ids } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { type JobKind, openState, writeJobEnd, writeJobStart } from './state-store.ts';
import { cleanScratch } from './warehouse-store.ts';
import type { Workspace } from './workspace.ts';

/** What every verb of the library works with. */
export interface TenureContext {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly environment: Environment;
}

/** A job as it is written into the workspace's history. */
export interface JobPlan<T> {
  readonly kind: JobKind;
  readonly asOf: string | null;
  work(state: DuckdbEngine): Promise<T>;
  /** How the result is remembered. */
  renderEnd(result: T): { readonly status: 'ok' | 'failed'; readonly summary: string };
}

/**
 * Runs a job as the owner of the workspace and notes how it went.
 *
 * @throws TenureError DATABASE_OWNED when another process owns the workspace, and whatever the job throws
 */
export async function runJob<T>(context: TenureContext, plan: JobPlan<T>): Promise<T> {
  const { workspace, clock, ids } = context;
  const state = await openState(workspace);
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
    await state.close();
  }
}
