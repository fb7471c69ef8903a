import type { Clock } from '../base/index.ts';
import type { ContractTable } from '../contract/index.ts';
import type { DuckdbEngine, Engine } from '../engines/index.ts';

/** Why a row, or a whole file, was turned away. */
export type RejectRule =
  | 'type'
  | 'required'
  | 'key_null'
  | 'enum'
  | 'range'
  | 'key_repeated'
  | 'ragged'
  | 'quote'
  | 'encoding'
  | 'line_size'
  | 'malformed'
  | 'header'
  | 'unreadable';

export interface LoadProgress {
  readonly file: string | null;
  readonly table: string;
  readonly phase: 'read' | 'check' | 'compare' | 'write';
  readonly rows?: number;
}

/** Rows that were taken out of a database beforehand, in place of files found on disk. */
export interface LoadFeed {
  readonly plans: readonly FilePlan[];
  /** What is worth saying of the staged rows, beside the rejects. */
  listNotes(engine: DuckdbEngine): Promise<readonly string[]>;
  /** Notes how far the source was read. Inside the transaction that writes the rows. */
  writeProgress(engine: DuckdbEngine, batchId: string): Promise<void>;
}

/** What to load and how. */
export interface LoadRequest {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** What to load instead of `paths`. */
  readonly feed?: LoadFeed;
  /** The table all files belong to, when their names do not say it. */
  readonly table?: string;
  readonly mapFile?: string;
  /** Report everything, write nothing. */
  readonly isDryRun?: boolean;
  /** One reject, and nothing of the batch is loaded. */
  readonly isStrict?: boolean;
  /** Reads Parquet files of a folder that were loaded before, too. */
  readonly isFullRefresh?: boolean;
  /** A database file of the load's own, made and removed by it. */
  readonly scratchPath: string;
  readonly clock: Clock;
  /** A whole number of its own, as text. */
  readonly batchId: string;
  /** How much memory DuckDB may use meanwhile, `1000MB` by default. */
  readonly memoryLimit?: string;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Where the records of earlier loads are kept; with the raw tables when absent. */
  readonly records?: Engine;
}

/** Rows by what became of them; `read = inserted + updated + unchanged + rejected` always. */
export interface LoadCounts {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export interface FileReport extends LoadCounts {
  readonly file: string;
  /** `schema.name`; null when no table of the contract fits the file. */
  readonly table: string | null;
  readonly format: FileFormat;
  /** Columns of the file the contract does not know, left out. */
  readonly ignoredColumns: readonly string[];
  /** How many files of a folder were read as one. */
  readonly parts?: number;
}

export interface RuleCount {
  readonly table: string | null;
  readonly rule: RejectRule;
  readonly column: string | null;
  readonly rows: number;
}

/** One fault: where it is and how to mend it. */
export interface RejectSample {
  readonly file: string;
  readonly table: string | null;
  readonly line: number | null;
  /** Where there are no lines: the key of the row, for example `customer_id c7`. */
  readonly key: string | null;
  readonly column: string | null;
  readonly value: string | null;
  readonly rule: RejectRule;
  readonly reason: string;
}

export interface LoadReport extends LoadCounts {
  readonly batchId: string;
  /** `refused`: strict, and something was rejected, so nothing was loaded. */
  readonly status: 'loaded' | 'dry_run' | 'refused';
  readonly files: readonly FileReport[];
  readonly rules: readonly RuleCount[];
  /** The first faults in order of file and line. */
  readonly samples: readonly RejectSample[];
  /** Files of a folder that are no data (by their ending). */
  readonly skippedFiles: readonly string[];
  readonly notes: readonly string[];
}

export type FileFormat = 'csv' | 'json_lines' | 'json_array' | 'parquet' | 'postgres' | 'clickhouse';

/** A file found on disk. */
export interface SourceFile {
  readonly path: string;
  /** How reports name it: as it was given. */
  readonly label: string;
  readonly format: 'csv' | 'json' | 'parquet' | 'postgres' | 'clickhouse';
  /** The part of its name, or its folder's, that may name a table. */
  readonly nameHints: readonly string[];
  /** The folder it was found in, as it was given; absent for a file that was given itself. */
  readonly folder?: string;
  /** Size and time of the last change (milliseconds), by which a file is known again. */
  readonly mark?: { readonly bytes: number; readonly modifiedAt: number };
}

/** A column of the contract and where its value comes from in one file. */
export interface PlannedColumn {
  readonly name: string;
  /** The column of the file; absent for a constant. */
  readonly source?: string;
  readonly constant?: string;
  /** A format of `strptime`, for example `%d/%m/%Y`. */
  readonly format?: string;
  /** Value of the file → value of the contract. */
  readonly values?: Readonly<Record<string, string>>;
  readonly prefix?: string;
}

/** Everything known about a file before its rows are read. */
export interface FilePlan {
  /** The number of the file; of the first part where there are several. */
  readonly id: number;
  /** The files of a folder that are read as one: they have the numbers from `id` on. */
  readonly parts?: readonly SourceFile[];
  readonly source: SourceFile;
  readonly format: FileFormat;
  readonly table: ContractTable;
  /** Set for Parquet files of a folder: the fingerprint of what makes rows of them. A file loaded by the same one is not read again. */
  readonly definition?: string;
  readonly delimiter: string;
  /** All columns of the file in its order (CSV), or all keys that occur. */
  readonly sourceColumns: readonly string[];
  readonly columns: readonly PlannedColumn[];
  readonly ignoredColumns: readonly string[];
  /** Set where the rows lie in a file of the engine that gave them: its column `c0`, `c1` … for each of `columns` with a source. */
  readonly bulkFormat?: 'csv' | 'parquet';
}

/** A file that cannot be loaded at all. */
export interface RefusedFile {
  readonly id: number;
  readonly source: SourceFile;
  readonly format: FileFormat;
  readonly table: ContractTable | null;
  readonly rule: 'header' | 'unreadable';
  readonly value: string | null;
  readonly reason: string;
}
