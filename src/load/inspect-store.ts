import type { DuckdbEngine } from '../engines/index.ts';
import type { SourceFile } from './load-types.ts';
import { fileList } from './names-store.ts';
import { listPartitionColumns } from './source-files.ts';

/**
 * Parquet files as one relation: columns go together by name, and values in the names of folders (`dt=2026-01-01`) are columns too.
 */
export function renderParquetReader(files: readonly SourceFile[], ...options: readonly string[]): string {
  const [first] = files;
  const isPartitioned = first?.folder !== undefined && listPartitionColumns(first.path).length > 0;
  const partitions = isPartitioned
    ? 'hive_partitioning = true, hive_types_autocast = false'
    : 'hive_partitioning = false';
  const all = [...options, partitions, ...(files.length > 1 ? ['union_by_name = true'] : [])];
  return `read_parquet(${fileList(files.map((file) => file.path))}, ${all.join(', ')})`;
}

/** The columns of Parquet files that are read as one. */
export async function listParquetColumns(
  engine: DuckdbEngine,
  files: readonly SourceFile[],
): Promise<readonly string[]> {
  const columns = await engine.describe(`from ${renderParquetReader(files)}`);
  return columns.map((column) => column.name);
}

/** Every key that occurs in the objects of a JSON file. */
export async function listJsonKeys(engine: DuckdbEngine, relation: string): Promise<readonly string[]> {
  const rows = await engine.query(
    `select distinct unnest(json_keys(json)) as name from ${relation} where json_type(json) = 'OBJECT' order by 1`,
  );
  return rows.map((row) => String(row['name']));
}
