import type { DuckdbEngine } from '../engines/index.ts';
import { rejectByReader } from './check-store.ts';
import { objectsOf, rejectMalformed } from './json-store.ts';
import {
  checkAlignment,
  createLines,
  createRecordStarts,
  fetchRunawayLine,
  listSpanningLines,
  rejectForeignLines,
  rejectLines,
  writeSoundLines,
} from './line-store.ts';
import type { FilePlan } from './load-types.ts';
import {
  clearStage,
  fetchStageCounts,
  runBulkStage,
  runCsvStage,
  runJsonStage,
  runParquetStage,
} from './stage-store.ts';
import { assertFileFault } from './trouble.ts';

/** More rounds than this, and the file's quotes are beyond mending. */
const MOST_ROUNDS = 50;

export interface StagedFile {
  /** Records read by the reader, good and bad. */
  readonly records: number;
  /** Lines taken out by themselves because of a quote. */
  readonly lines: number;
  /** True when the records' lines are known (there was something to reject). */
  readonly isNumbered: boolean;
}

async function rejectRunaways(engine: DuckdbEngine, plan: FilePlan): Promise<number> {
  for (let count = 0; count < MOST_ROUNDS; count += 1) {
    const line = await fetchRunawayLine(engine, plan);
    if (line === null) return count;
    await rejectLines(engine, plan, [line]);
  }
  throw new TypeError('Too many quoted values in it never end.');
}

async function tryCsvStage(engine: DuckdbEngine, plan: FilePlan): Promise<boolean> {
  try {
    await runCsvStage(engine, plan, { file: plan.source.path, attempt: 0 });
    return true;
  } catch (error) {
    assertFileFault(error);
    // Mixed line ends and the like stop the strict reader; a copy of the lines with one kind of end does not.
    return false;
  }
}

/**
 * Reads a CSV file. When its quotes or line ends defeat the reader, the lines at fault are rejected one by one
 * and the rest is read from a copy without them.
 */
async function runCsvFile(engine: DuckdbEngine, plan: FilePlan, copyPath: string): Promise<StagedFile> {
  const isRead = await tryCsvStage(engine, plan);
  const counts = await fetchStageCounts(engine, plan);
  if (isRead && counts.rejectedRecords === 0) return { records: counts.rows, lines: 0, isNumbered: false };
  await createLines(engine, plan);
  let lines = await rejectRunaways(engine, plan);
  await createRecordStarts(engine, plan);
  let spanning = isRead ? await listSpanningLines(engine, plan) : [];
  let isAligned = isRead && lines === 0 && spanning.length === 0 && (await checkAlignment(engine, plan));
  for (let attempt = 1; !isAligned && attempt <= MOST_ROUNDS; attempt += 1) {
    if (attempt === 1) lines += await rejectForeignLines(engine, plan);
    if (spanning.length > 0) lines += await rejectLines(engine, plan, spanning);
    lines += await rejectRunaways(engine, plan);
    await writeSoundLines(engine, plan, copyPath);
    await clearStage(engine, plan);
    await runCsvStage(engine, plan, { file: copyPath, attempt });
    await createRecordStarts(engine, plan);
    spanning = await listSpanningLines(engine, plan);
    isAligned = spanning.length === 0 && (await checkAlignment(engine, plan));
    if (!isAligned && spanning.length === 0) throw new TypeError('Its quotes cannot be made out.');
  }
  if (!isAligned) throw new TypeError('Its quotes cannot be made out.');
  await rejectByReader(engine, plan);
  const { rows, rejectedRecords } = await fetchStageCounts(engine, plan);
  return { records: rows + rejectedRecords, lines, isNumbered: true };
}

/** Reads one file into the stage of its table. */
export async function runStage(engine: DuckdbEngine, plan: FilePlan, copyPath: string): Promise<StagedFile> {
  if (plan.format === 'csv') return runCsvFile(engine, plan, copyPath);
  if (plan.format === 'parquet' || plan.bulkFormat !== undefined) {
    await (plan.bulkFormat === undefined ? runParquetStage(engine, plan) : runBulkStage(engine, plan));
    const { rows } = await fetchStageCounts(engine, plan);
    return { records: rows, lines: 0, isNumbered: false };
  }
  await runJsonStage(engine, plan, objectsOf(plan.id));
  const { rows } = await fetchStageCounts(engine, plan);
  const lines = await rejectMalformed(engine, plan);
  return { records: rows, lines, isNumbered: false };
}
