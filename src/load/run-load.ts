import { TenureError, utcDate, utcTime } from '../base/index.ts';
import { type ContractTable, parseTable } from '../contract/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { createFileNames, fetchRuleCounts, fetchSamples, rejectFile, writeBatch } from './batch-store.ts';
import { checkIsEmpty, checkStage, createExcluded } from './check-store.ts';
import { arrangeFiles } from './folder-parts.ts';
import { createLines, createRecordStarts, dropLines, writeRejectLines } from './line-store.ts';
import type {
  FilePlan,
  FileReport,
  LoadCounts,
  LoadFeed,
  LoadReport,
  LoadRequest,
  RefusedFile,
} from './load-types.ts';
import { readMapping } from './mapping.ts';
import { countRejects, createChanges, fetchOutcomes, type OutcomeCounts, writeMerge } from './merge-store.ts';
import { buildFilePlan, renderUnreadable } from './plan-files.ts';
import { countLines } from './raw-lines-store.ts';
import { clearRejects, countRejectsWithoutLine } from './reject-store.ts';
import { runWithScratch } from './scratch-store.ts';
import { fetchSeenFiles, type SeenFile, writeSeenFiles } from './seen-files-store.ts';
import { type FoundFiles, listSourceFiles } from './source-files.ts';
import { runStage, type StagedFile } from './stage-file.ts';
import { clearStage, createStage } from './stage-store.ts';
import { assertFileFault } from './trouble.ts';

const SAMPLES = 20;
const DEFAULT_MEMORY = '1000MB';

/** One load on its way: what has been found out so far. */
interface LoadState {
  readonly engine: DuckdbEngine;
  readonly request: LoadRequest;
  readonly plans: FilePlan[];
  readonly refused: RefusedFile[];
  /** Rows read, by file. */
  readonly read: Map<number, number>;
  readonly numbered: Set<number>;
  readonly notes: string[];
  readonly outcomes: Map<number, OutcomeCounts>;
  readonly compared: Set<ContractTable>;
  /** Called before the rows of a table are compared with those that are stored. */
  readonly onStaged: (table: ContractTable) => Promise<void>;
}

function listPlannedTables(state: LoadState): readonly ContractTable[] {
  return [...new Set(state.plans.map((plan) => plan.table))];
}

function listFedFiles({ plans }: LoadFeed): FoundFiles {
  return { files: plans.map((plan) => plan.source), skipped: [] };
}

function parseRequestedTable(request: LoadRequest): ContractTable | undefined {
  if (request.table === undefined) return undefined;
  const table = parseTable(request.table);
  if (table === undefined) throw new TenureError('LOAD_TABLE_UNKNOWN', { table: request.table });
  return table;
}

async function planFiles(state: LoadState, found: FoundFiles): Promise<void> {
  const { engine, request } = state;
  const mappings = request.mapFile === undefined ? [] : readMapping(request.mapFile);
  const table = parseRequestedTable(request);
  const options = { mappings, parseMappedTable: parseTable, ...(table === undefined ? {} : { table }) };
  const seen = request.isFullRefresh ? { has: () => false } : await fetchSeenFiles(request.records ?? engine);
  const { units, notes } = arrangeFiles(found.files, options, seen);
  state.notes.push(...notes);
  let id = 0;
  for (const { source, ...unit } of units) {
    const plan = await buildFilePlan(engine, source, { ...options, ...unit, id });
    if ('rule' in plan) state.refused.push(plan);
    else state.plans.push(plan);
    id += unit.parts?.length ?? 1;
  }
}

async function refuseStaged(state: LoadState, plan: FilePlan, error: unknown): Promise<void> {
  await clearStage(state.engine, plan);
  await clearRejects(state.engine, plan);
  state.plans.splice(state.plans.indexOf(plan), 1);
  const { id, source, format, table } = plan;
  state.refused.push({
    id,
    source,
    format,
    table,
    rule: 'unreadable',
    value: null,
    reason: renderUnreadable(error),
  });
}

async function stageFiles(state: LoadState): Promise<void> {
  const { engine, request } = state;
  for (const table of listPlannedTables(state)) {
    const planned = state.plans.filter((plan) => plan.table === table).flatMap((plan) => plan.columns);
    const filled = new Set(planned.map((column) => column.name));
    await createStage(engine, table, { filled, loadDate: utcDate(request.clock) });
  }
  for (const plan of [...state.plans]) {
    const table = `${plan.table.schema}.${plan.table.name}`;
    request.onProgress?.({ file: plan.source.label, table, phase: 'read' });
    let staged: StagedFile;
    try {
      staged = await runStage(engine, plan, `${request.scratchPath}.csv`);
    } catch (error) {
      if (plan.bulkFormat !== undefined) throw error;
      assertFileFault(error);
      await refuseStaged(state, plan, error);
      continue;
    }
    state.read.set(plan.id, staged.records + staged.lines);
    if (staged.isNumbered) state.numbered.add(plan.id);
    request.onProgress?.({ file: plan.source.label, table, phase: 'read', rows: staged.records });
  }
}

async function refuseFiles(state: LoadState): Promise<void> {
  for (const file of state.refused) {
    const lines = file.format === 'parquet' ? 0 : await countLines(state.engine, file.source.path);
    const rows = file.format === 'csv' ? Math.max(0, lines - 1) : lines;
    state.read.set(file.id, rows);
    await rejectFile(state.engine, file, rows);
  }
}

async function compareTables(state: LoadState): Promise<void> {
  const { engine, request } = state;
  for (const table of listPlannedTables(state)) {
    const name = `${table.schema}.${table.name}`;
    request.onProgress?.({ file: null, table: name, phase: 'check' });
    state.notes.push(...(await checkStage(engine, table)));
    await createExcluded(engine, table);
    request.onProgress?.({ file: null, table: name, phase: 'compare' });
    await state.onStaged(table);
    if (!(await checkIsEmpty(engine, table))) {
      await createChanges(engine, table);
      state.compared.add(table);
    }
    const outcomes = await fetchOutcomes(engine, table, state.compared.has(table));
    for (const [file, counts] of outcomes) state.outcomes.set(file, counts);
  }
}

/** Gives every reject its physical line; files without rejects are not read a second time. */
async function numberRejects(state: LoadState): Promise<void> {
  const { engine } = state;
  for (const plan of state.plans) {
    if (plan.format !== 'csv') continue;
    if ((await countRejectsWithoutLine(engine, plan)) > 0) {
      if (!state.numbered.has(plan.id)) {
        await createLines(engine, plan);
        await createRecordStarts(engine, plan);
      }
      await writeRejectLines(engine, plan);
    }
    await dropLines(engine, plan);
  }
}

/** The sum of a count over the files of a plan. */
function sumParts(file: FilePlan | RefusedFile, countOf: (id: number) => number | undefined): number {
  const parts = ('parts' in file ? file.parts?.length : undefined) ?? 1;
  return Array.from({ length: parts }, (_, index) => countOf(file.id + index) ?? 0).reduce(
    (a, b) => a + b,
    0,
  );
}

function buildFileReport(
  state: LoadState,
  file: FilePlan | RefusedFile,
  rejected: ReadonlyMap<number, number>,
): FileReport {
  const sumOutcome = (outcome: keyof OutcomeCounts) =>
    sumParts(file, (id) => state.outcomes.get(id)?.[outcome]);
  const report: FileReport = {
    file: file.source.label,
    table: file.table === null ? null : `${file.table.schema}.${file.table.name}`,
    format: file.format,
    read: state.read.get(file.id) ?? 0,
    inserted: sumOutcome('inserted'),
    updated: sumOutcome('updated'),
    unchanged: sumOutcome('unchanged'),
    rejected: sumParts(file, (id) => rejected.get(id)),
    ignoredColumns: 'ignoredColumns' in file ? file.ignoredColumns : [],
    ...('parts' in file && file.parts !== undefined ? { parts: file.parts.length } : {}),
  };
  const accounted = report.inserted + report.updated + report.unchanged + report.rejected;
  if (accounted !== report.read) {
    throw new TenureError('LOAD_COUNT_MISMATCH', { file: report.file, read: report.read, accounted });
  }
  return report;
}

function buildTotals(files: readonly FileReport[]): LoadCounts {
  const sum = (pick: (file: FileReport) => number) => files.reduce((total, file) => total + pick(file), 0);
  return {
    read: sum((file) => file.read),
    inserted: sum((file) => file.inserted),
    updated: sum((file) => file.updated),
    unchanged: sum((file) => file.unchanged),
    rejected: sum((file) => file.rejected),
  };
}

/** How reports name each file, by its number. */
function listLabels({ plans, refused }: LoadState): ReadonlyMap<number, string> {
  const files = [...plans, ...refused].flatMap((file) => {
    const parts = 'parts' in file && file.parts !== undefined ? file.parts : [file.source];
    return parts.map((part, index) => [file.id + index, part.label] as const);
  });
  return new Map(files);
}

/** The files that will not be read again as long as they stay as they are. */
function listSeen({ plans }: LoadState): readonly SeenFile[] {
  return plans.flatMap(({ definition, parts, source, table }) =>
    definition === undefined
      ? []
      : (parts ?? [source]).map((part) => ({
          source: part,
          table: `${table.schema}.${table.name}`,
          definition,
        })),
  );
}

function buildStatus(request: LoadRequest, rejected: number): LoadReport['status'] {
  if (request.isStrict && rejected > 0) return 'refused';
  return request.isDryRun ? 'dry_run' : 'loaded';
}

async function buildReport(state: LoadState, found: FoundFiles): Promise<LoadReport> {
  const rejected = await countRejects(state.engine);
  const files = [...state.plans, ...state.refused]
    .sort((left, right) => left.id - right.id)
    .map((file) => buildFileReport(state, file, rejected));
  const totals = buildTotals(files);
  return {
    batchId: state.request.batchId,
    status: buildStatus(state.request, totals.rejected),
    ...totals,
    files,
    rules: await fetchRuleCounts(state.engine),
    samples: await fetchSamples(state.engine, SAMPLES),
    skippedFiles: found.skipped,
    notes: state.notes,
  };
}

async function writeLoad(state: LoadState, report: LoadReport): Promise<void> {
  const { engine, request } = state;
  const loadedAt = utcTime(request.clock);
  await engine.transaction(async () => {
    for (const table of listPlannedTables(state)) {
      const plans = state.plans.filter((plan) => plan.table === table);
      request.onProgress?.({ file: null, table: `${table.schema}.${table.name}`, phase: 'write' });
      const isCompared = state.compared.has(table);
      await writeMerge(engine, plans, { batchId: request.batchId, loadedAt, isCompared });
    }
    await writeBatch(engine, report, loadedAt);
    await writeSeenFiles(engine, request.batchId, listSeen(state));
    await request.feed?.writeProgress(engine, request.batchId);
  });
}

/**
 * Loads files into the raw tables: reads them into a scratch file, checks every row against the contract,
 * compares with what is there, and writes all tables and the rejects in one transaction. The engine's current
 * database is the raw file, opened with `openRawStore`.
 *
 * @param onStaged called before the rows of a table are compared with those that are stored
 * @returns what became of every row; `status` is `refused` when strict and something was rejected
 * @throws TenureError LOAD_PATH_MISSING, LOAD_NOTHING_FOUND, LOAD_TABLE_UNKNOWN, LOAD_MAPPING_INVALID
 *
 * @example
 * const report = await runLoad(engine, {
 *   paths: ['data'], scratchPath: '.tenure/load.duckdb', clock: systemClock, batchId: '7',
 * });
 * report.read === report.inserted + report.updated + report.unchanged + report.rejected; // always
 */
export async function runLoad(
  engine: DuckdbEngine,
  request: LoadRequest,
  onStaged: LoadState['onStaged'] = async () => {},
): Promise<LoadReport> {
  const found = request.feed === undefined ? listSourceFiles(request.paths) : listFedFiles(request.feed);
  const scratch = { path: request.scratchPath, memoryLimit: request.memoryLimit ?? DEFAULT_MEMORY };
  return runWithScratch(engine, scratch, async () => {
    const state: LoadState = {
      engine,
      request,
      plans: [...(request.feed?.plans ?? [])],
      refused: [],
      read: new Map(),
      numbered: new Set(),
      notes: [],
      outcomes: new Map(),
      compared: new Set(),
      onStaged,
    };
    if (request.feed === undefined) await planFiles(state, found);
    await stageFiles(state);
    await refuseFiles(state);
    await compareTables(state);
    if (request.feed !== undefined) state.notes.push(...(await request.feed.listNotes(engine)));
    await numberRejects(state);
    await createFileNames(engine, listLabels(state));
    const report = await buildReport(state, found);
    if (report.status === 'loaded') await writeLoad(state, report);
    return report;
  });
}
