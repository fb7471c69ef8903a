import { TenureError, utcTime } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import {
  buildCompanyPlan,
  type CompanyPlan,
  type CompanyProgress,
  type CompanyRequest,
  type WrittenTable,
  writeCompany,
} from '../generate/index.ts';
import { fetchBatchOrigins, openRawStore, writeGeneratedBatch } from '../load/index.ts';
import { runJob, type TenureContext } from './context.ts';
import { runOnRaw } from './raw-file.ts';
import { buildProgressWatch, watchEngine } from './watch-engine.ts';

/** What `_source` says of every generated row; short, since it is written ten million times. */
export const GENERATED_SOURCE = 'synthetic';
export const GENERATED_BATCH = '1';

export interface GenerateProgress extends CompanyProgress {
  /** How far the running statement is, 0–100; null where that is not known. */
  readonly percent: number | null;
}

/** A synthetic company: what is left out comes from the preset, `demo` unless named. */
export interface GenerateRequest extends CompanyRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: GenerateProgress) => void;
}

export interface GenerateReport {
  readonly plan: CompanyPlan;
  /** The rows of each table of the contract. */
  readonly tables: readonly WrittenTable[];
  readonly batchId: string;
  /** True when an earlier generated company gave way. */
  readonly hasReplaced: boolean;
}

/** Listens to the steps of a company, and watches over the statements they run. */
export function buildStepWatch({ signal, onProgress }: GenerateRequest) {
  return buildProgressWatch<CompanyProgress>(signal, (progress, percent) =>
    onProgress?.({ ...progress, percent }),
  );
}

/**
 * Verifies that nothing would be lost with the raw tables.
 *
 * @returns whether a generated company stands in them
 * @throws TenureError GENERATE_WORKSPACE_HAS_DATA
 */
async function assertReplaceable(context: TenureContext): Promise<boolean> {
  const { workspace, storage } = context;
  if (!(await storage.hasRaw())) return false;
  const { loaded, generated } = await runOnRaw(context, {}, fetchBatchOrigins);
  if (loaded.length > 0) {
    const details = { path: workspace.root, batches: loaded.join(', ') };
    throw new TenureError('GENERATE_WORKSPACE_HAS_DATA', details);
  }
  return generated.length > 0;
}

function renderOrigin({ customers, days, asOf, seed }: CompanyPlan): string {
  return `synthetic company: ${customers} customers, ${days} days to ${asOf}, seed ${seed}`;
}

interface RawFill {
  readonly plan: CompanyPlan;
  readonly request: GenerateRequest;
}

async function fillRaw(context: TenureContext, engine: DuckdbEngine, { plan, request }: RawFill) {
  const { onProgress, ...watch } = buildStepWatch(request);
  const stop = watchEngine(engine, watch);
  try {
    await openRawStore(engine, context.clock);
    const loadedAt = utcTime(context.clock);
    const tables = await writeCompany(engine, {
      plan,
      loadedAt,
      batchId: GENERATED_BATCH,
      source: GENERATED_SOURCE,
      onProgress,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    await writeGeneratedBatch(engine, {
      batchId: GENERATED_BATCH,
      loadedAt,
      origin: renderOrigin(plan),
      tables,
    });
    request.signal?.throwIfAborted();
    return tables;
  } finally {
    stop();
  }
}

/** Generates into raw tables of their own, which take the place of the last ones when they are whole. */
async function generateRaw(context: TenureContext, fill: RawFill): Promise<GenerateReport> {
  const hasReplaced = await assertReplaceable(context);
  const construction = await context.storage.openRawConstruction();
  try {
    const tables = await fillRaw(context, construction.engine, fill);
    await construction.publish();
    return { plan: fill.plan, tables, batchId: GENERATED_BATCH, hasReplaced };
  } finally {
    await construction.engine.close();
  }
}

/**
 * Fills the raw tables of a workspace with a synthetic company, as one batch. An earlier generated company gives
 * way; loaded data never does. Until the last moment, and after any failure, the raw tables stay as they were.
 *
 * @throws TenureError GENERATE_OPTION_INVALID, GENERATE_WORKSPACE_HAS_DATA, DATABASE_OWNED; the reason of `signal`
 */
export async function runGenerate(
  context: TenureContext,
  request: GenerateRequest = {},
): Promise<GenerateReport> {
  const plan = buildCompanyPlan(request);
  return runJob(context, {
    kind: 'generate',
    asOf: plan.asOf,
    work: () => generateRaw(context, { plan, request }),
    renderEnd: () => ({ status: 'ok', summary: `batch ${GENERATED_BATCH}: ${renderOrigin(plan)}` }),
  });
}
