import fs from 'node:fs';
import path from 'node:path';
import { buildFixedClock, TenureError, utcTime } from '../base/index.ts';
import { type ContractTable, listTables } from '../contract/index.ts';
import { type DuckdbEngine, openDuckdb } from '../engines/index.ts';
import { buildCompanyPlan, type CompanyPlan, writeCompany } from '../generate/index.ts';
import { openRawStore } from '../load/index.ts';
import { type CompanyFormat, writeCompanyFile } from './company-files-store.ts';
import { buildStepWatch, GENERATED_BATCH, GENERATED_SOURCE, type GenerateRequest } from './generate.ts';
import { replaceFile } from './storage/replace-file.ts';
import { watchEngine } from './watch-engine.ts';

export interface GenerateFilesRequest extends GenerateRequest {
  /** Where the files go; made when absent. */
  readonly folder: string;
  /** `csv` unless said otherwise. */
  readonly formats?: readonly CompanyFormat[];
  /** Replace files that are there under the same names. */
  readonly isForced?: boolean;
  /** How many threads DuckDB uses; all cores when absent. The bytes do not depend on it. */
  readonly threads?: number;
  /** DuckDB's memory limit, for example `4GB`; 80 % of the machine when absent. */
  readonly memoryLimit?: string;
}

/** A file that was written. */
export interface CompanyFile {
  readonly file: string;
  /** `schema.name`. */
  readonly table: string;
  readonly format: CompanyFormat;
  readonly rows: number;
  readonly bytes: number;
}

export interface GenerateFilesReport {
  readonly plan: CompanyPlan;
  readonly folder: string;
  readonly files: readonly CompanyFile[];
}

interface PlannedFile {
  readonly name: string;
  readonly table: ContractTable;
  readonly format: CompanyFormat;
}

const SCRATCH = '.tenure-generating';
const LOCK = 'lock.duckdb';
const LISTED_FILES = 3;

function listPlannedFiles(formats: readonly CompanyFormat[]): readonly PlannedFile[] {
  return [...new Set(formats)].flatMap((format) =>
    // No two schemas of the contract share a table name, so the bare name says which table a file is.
    listTables().map((table) => ({ name: `${table.name}.${format}`, table, format })),
  );
}

/** Refuses to overwrite what may be somebody's only copy. */
function assertAbsent(folder: string, planned: readonly PlannedFile[]): void {
  const found = planned.map(({ name }) => name).filter((name) => fs.existsSync(path.join(folder, name)));
  if (found.length === 0) return;
  const more = found.length > LISTED_FILES ? ` and ${found.length - LISTED_FILES} more files` : '';
  const files = `${found.slice(0, LISTED_FILES).join(', ')}${more}`;
  throw new TenureError('GENERATE_FILES_EXIST', { folder, files });
}

/** A place inside the target folder for what is not finished: the same disk, so that finished files only move. */
interface ScratchFolder {
  readonly path: string;
  close(): Promise<void>;
}

/** Makes the folders that are missing; the function returned takes back what was made, as far as it is empty. */
function makeFolder(folder: string): () => void {
  const made = fs.mkdirSync(folder, { recursive: true });
  return () => {
    for (let empty = folder; made !== undefined && empty.startsWith(made); empty = path.dirname(empty)) {
      if (fs.readdirSync(empty).length > 0) return;
      fs.rmdirSync(empty);
    }
  };
}

async function openLock(file: string): Promise<DuckdbEngine> {
  try {
    return await openDuckdb({ path: file });
  } catch (error) {
    // A run that was killed while it made the file: whoever still held it would have been told DATABASE_OWNED.
    if (!(error instanceof TenureError) || error.code !== 'DATABASE_UNREADABLE') throw error;
    fs.rmSync(file);
    return openDuckdb({ path: file });
  }
}

/**
 * Opens the scratch folder and clears what a killed run left in it. DuckDB's lock on a file in it keeps a second run
 * out, and ends with the process however that ends.
 *
 * @throws TenureError DATABASE_OWNED, GENERATE_OPTION_INVALID
 */
async function openScratchFolder(folder: string): Promise<ScratchFolder> {
  const scratch = path.join(folder, SCRATCH);
  let undo: () => void;
  try {
    undo = makeFolder(folder);
    fs.mkdirSync(scratch, { recursive: true });
  } catch (error) {
    const details = { option: 'out', value: folder, expected: 'a folder that can be written to' };
    throw new TenureError('GENERATE_OPTION_INVALID', details, { cause: error });
  }
  const lock = await openLock(path.join(scratch, LOCK));
  for (const name of fs.readdirSync(scratch)) {
    if (!name.startsWith(LOCK)) fs.rmSync(path.join(scratch, name), { recursive: true, force: true });
  }
  return {
    path: scratch,
    async close() {
      await lock.close();
      fs.rmSync(scratch, { recursive: true, force: true });
      undo();
    },
  };
}

interface FileWork {
  readonly plan: CompanyPlan;
  readonly planned: readonly PlannedFile[];
  readonly request: GenerateFilesRequest;
}

/** Generates the company in `engine` and writes its files to `scratch`. */
async function writeFiles(
  engine: DuckdbEngine,
  scratch: string,
  { plan, planned, request }: FileWork,
): Promise<readonly CompanyFile[]> {
  const { signal } = request;
  const { onProgress, ...watch } = buildStepWatch(request);
  const stop = watchEngine(engine, watch);
  try {
    // The load columns stay behind: the files are a function of the plan and nothing else.
    const clock = buildFixedClock(`${plan.asOf}T23:59:59Z`);
    await openRawStore(engine, clock);
    await writeCompany(engine, {
      plan,
      loadedAt: utcTime(clock),
      batchId: GENERATED_BATCH,
      source: GENERATED_SOURCE,
      onProgress,
      ...(signal === undefined ? {} : { signal }),
    });
    const files: CompanyFile[] = [];
    for (const [done, { name, table, format }] of planned.entries()) {
      signal?.throwIfAborted();
      onProgress({ step: name, done, total: planned.length });
      const file = path.join(scratch, name);
      const rows = await writeCompanyFile(engine, table, { file, format });
      const bytes = fs.statSync(file).size;
      files.push({
        file: path.resolve(request.folder, name),
        table: `${table.schema}.${table.name}`,
        format,
        rows,
        bytes,
      });
    }
    signal?.throwIfAborted();
    return files;
  } finally {
    stop();
  }
}

function openCompanyEngine(scratch: string, request: GenerateFilesRequest): Promise<DuckdbEngine> {
  const { threads, memoryLimit } = request;
  return openDuckdb({
    path: path.join(scratch, 'company.duckdb'),
    isConstruction: true,
    settings: {
      temp_directory: path.join(scratch, 'spill'),
      ...(threads === undefined ? {} : { threads: String(threads) }),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
    },
  });
}

/**
 * Writes a synthetic company as files named after their tables, ready for `load`. Needs no workspace. The same plan
 * gives the same bytes on every machine, time zone and number of threads. Files get their names when all are
 * finished: a run that fails or is killed leaves none of them half.
 *
 * @throws TenureError GENERATE_OPTION_INVALID; GENERATE_FILES_EXIST unless `isForced`; DATABASE_OWNED while another
 *   run writes to the folder; the reason of `signal`
 *
 * @example
 * import { generateFiles } from 'tenure';
 * const { files } = await generateFiles({ folder: '/data/company', customers: 200, days: 365, seed: 7 });
 * files.length; // 28
 */
export async function generateFiles(request: GenerateFilesRequest): Promise<GenerateFilesReport> {
  const plan = buildCompanyPlan(request);
  const folder = path.resolve(request.folder);
  const planned = listPlannedFiles(request.formats ?? ['csv']);
  if (request.isForced !== true) assertAbsent(folder, planned);
  const scratch = await openScratchFolder(folder);
  try {
    const engine = await openCompanyEngine(scratch.path, request);
    const files = await writeFiles(engine, scratch.path, { plan, planned, request }).finally(() =>
      engine.close(),
    );
    if (request.isForced !== true) assertAbsent(folder, planned);
    for (const { name } of planned) replaceFile(path.join(scratch.path, name), path.join(folder, name));
    return { plan, folder, files };
  } finally {
    await scratch.close();
  }
}
