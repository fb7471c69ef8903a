import { daysBetween, TenureError, utcDate } from '../base/index.ts';
import type { Row } from '../engines/index.ts';
import { type TenureContext, withState } from './context.ts';
import { readWarehouse } from './query.ts';
import { listJobRuns } from './state-store.ts';

/** What a workspace answers from. */
export interface WorkspaceStatus {
  /** The day the company was looked at, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** When the warehouse was put in its place, ISO 8601 in UTC. */
  readonly builtAt: string;
  /** True when data was loaded or taken back since. */
  readonly isStale: boolean;
  /** What whoever reads the figures has to know of their age; null where all is as it should be. */
  readonly note: string | null;
}

/** A build a day is usual; a pause over a weekend is no news to anybody who reads on a Monday. */
const DAYS_WITHOUT_NEWS = 3;

/** A workspace that is looked at on a day of its own choice is never old. */
function describeAge({ workspace, clock }: TenureContext, asOf: string, isStale: boolean): string | null {
  if (isStale) return 'Data was loaded since these figures were built: run `tenure build`.';
  if (workspace.config.as_of !== undefined) return null;
  const days = daysBetween(asOf, utcDate(clock));
  return days > DAYS_WITHOUT_NEWS ? `These figures are ${days} days old: nothing was built since.` : null;
}

/** @throws TenureError WAREHOUSE_MISSING */
export async function fetchWorkspaceStatus(context: TenureContext): Promise<WorkspaceStatus> {
  const { storage, workspace } = context;
  const mark = await readWarehouse(context, (engine) => storage.fetchMark(engine));
  const builtAt = await storage.fetchBuiltAt();
  if (mark === null || builtAt === null) throw new TenureError('WAREHOUSE_MISSING', { path: workspace.root });
  const isStale = await withState(context, async (state) => {
    const [row] = await state.query(
      `select max(case when kind in ('load', 'generate', 'undo') then started_at end)
         > max(case when kind = 'build' then started_at end) as is_stale
       from job_runs where status = 'ok'`,
    );
    return row?.['is_stale'] === true;
  });
  return {
    asOf: mark.asOf,
    builtAt,
    isStale,
    note: describeAge(context, mark.asOf, isStale),
  };
}

/** Up to which day each source table has data. */
export interface SourceFreshness {
  readonly source: string;
  /** Null where the table has no rows, or none with a date. */
  readonly lastEventDate: string | null;
}

/** The sources of the warehouse by name. */
export function fetchFreshness(context: TenureContext): Promise<readonly SourceFreshness[]> {
  return readWarehouse(context, async (engine) => {
    const rows = await engine.query(
      'select source_name, last_event_date from source_watermarks order by source_name',
    );
    return rows.map((row) => ({
      source: String(row['source_name']),
      lastEventDate: row['last_event_date'] === null ? null : String(row['last_event_date']),
    }));
  });
}

/** What was run in the workspace, the latest first. */
export function fetchRuns(context: TenureContext, limit = 50): Promise<readonly Row[]> {
  return withState(context, (state) => listJobRuns(state, limit));
}
