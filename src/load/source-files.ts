import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { type ContractTable, parseTable } from '../contract/index.ts';
import type { SourceFile } from './load-types.ts';

const ENDINGS: ReadonlyArray<readonly [RegExp, SourceFile['format']]> = [
  [/\.(csv|tsv|txt)(\.gz|\.zst)?$/i, 'csv'],
  [/\.(json|jsonl|ndjson)(\.gz|\.zst)?$/i, 'json'],
  [/\.parquet$/i, 'parquet'],
];

export interface FoundFiles {
  readonly files: readonly SourceFile[];
  readonly skipped: readonly string[];
}

/** `dt=2026-01-01`: a folder that holds a value of a column. */
const PARTITION = /^([^=]+)=/;

/** The columns whose values stand in the names of the folders above a file. */
export function listPartitionColumns(file: string): readonly string[] {
  const folders = path.dirname(path.resolve(file)).split(path.sep);
  return folders.flatMap((folder) => PARTITION.exec(folder)?.[1] ?? []);
}

function buildSourceFile(file: string, format: SourceFile['format'], ending: RegExp): SourceFile {
  const stem = path.basename(file).replace(ending, '');
  const above = path.dirname(path.resolve(file)).split(path.sep);
  const folders = above
    .filter((folder) => !PARTITION.test(folder))
    .slice(-2)
    .reverse();
  const { size, mtimeMs } = fs.statSync(file);
  const mark = { bytes: size, modifiedAt: Math.floor(mtimeMs) };
  return { path: path.resolve(file), label: file, format, nameHints: [stem, ...folders], mark };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Files of a table format may be out of date: which of them count is written in its log. */
function assertPlainFolder(folder: string, names: readonly string[]): void {
  const isDelta = names.includes('_delta_log');
  const metadata = path.join(folder, 'metadata');
  const isIceberg =
    names.includes('metadata') && fs.readdirSync(metadata).some((name) => name.endsWith('.metadata.json'));
  if (!isDelta && !isIceberg) return;
  throw new TenureError('LOAD_FOLDER_UNSUPPORTED', {
    path: folder,
    format: isDelta ? 'Delta Lake' : 'Iceberg',
  });
}

function listFolder(folder: string): readonly string[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name));
  assertPlainFolder(
    folder,
    entries.map(({ name }) => name),
  );
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const full = path.join(folder, entry.name);
    return fs.statSync(full).isDirectory() ? listFolder(full) : [full];
  });
}

/**
 * The data files behind paths: files as they are, folders with everything below them, in the order of names.
 *
 * @throws TenureError LOAD_PATH_MISSING, LOAD_NOTHING_FOUND, LOAD_FOLDER_UNSUPPORTED
 */
export function listSourceFiles(paths: readonly string[]): FoundFiles {
  const files: SourceFile[] = [];
  const skipped: string[] = [];
  const seen = new Set<string>();
  for (const given of paths) {
    if (!fs.existsSync(given)) throw new TenureError('LOAD_PATH_MISSING', { path: given });
    const isFolder = fs.statSync(given).isDirectory();
    for (const file of isFolder ? listFolder(given) : [given]) {
      const real = fs.realpathSync(file);
      if (seen.has(real)) continue;
      seen.add(real);
      const ending = ENDINGS.find(([pattern]) => pattern.test(file));
      if (ending) {
        const source = buildSourceFile(file, ending[1], ending[0]);
        files.push(isFolder ? { ...source, folder: given } : source);
      } else skipped.push(file);
    }
  }
  if (files.length === 0) throw new TenureError('LOAD_NOTHING_FOUND', { paths: paths.join(', ') });
  return { files, skipped };
}

function parseTableWithin(hint: string, schema: string | undefined): ContractTable | undefined {
  const qualified = schema === undefined ? undefined : parseTable(`${schema}.${hint}`);
  return qualified ?? parseTable(hint);
}

/**
 * The table a file's name stands for: `usage_events.csv`, `usage_events-2024-01.csv`, `marketing.sessions.csv`,
 * `marketing/sessions.csv`, `usage_events/part-0.parquet`; undefined when it names none.
 */
export function parseTableOfFile(source: SourceFile): ContractTable | undefined {
  const [stem = '', folder, outer] = source.nameHints;
  const named = parseTableWithin(stem, folder);
  if (named) return named;
  // A suffix after the name: try the longest beginning that ends before a mark.
  for (let end = stem.length - 1; end > 0; end -= 1) {
    if (!/[-_. ]/.test(stem.charAt(end))) continue;
    const table = parseTableWithin(stem.slice(0, end), folder);
    if (table) return table;
  }
  return folder === undefined ? undefined : parseTableWithin(folder, outer);
}
