import path from 'node:path';
import { type AlertBand, type ReplayReport, readHealth, runReplay } from '../metrics/index.ts';
import type { TenureContext } from './context.ts';
import { readHealthContext } from './definition-files.ts';
import { openProject } from './project.ts';

/** A changed health definition, and how it is to be judged. */
export interface ReplayRequest {
  /** A file in the form of `health.yml`. */
  readonly change: string;
  /** The last day that counts; that of the warehouse unless given. */
  readonly asOf?: string;
  /** The band from which on a customer counts as alerted; `at_risk` unless given. */
  readonly band?: AlertBand;
  /** Days after an alert within which churn counts as foreseen; 90 unless given. */
  readonly horizonDays?: number;
}

/**
 * What a changed health definition would have said on every day of the warehouse. Nothing is published or written.
 *
 * @throws TenureError DEFINITION_INVALID, WAREHOUSE_MISSING
 */
export async function replayHealth(context: TenureContext, request: ReplayRequest): Promise<ReplayReport> {
  const health = readHealth(path.resolve(request.change), readHealthContext());
  const compiler = openProject(context);
  const engine = await context.storage.open('warehouse', { hasTemporaryTables: true });
  try {
    const { asOf, band = 'at_risk', horizonDays = 90 } = request;
    return await runReplay(engine, compiler, { health, asOf, band, horizonDays });
  } finally {
    await engine.close();
  }
}
