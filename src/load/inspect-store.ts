import type { DuckdbEngine } from '../engines/index.ts';
import { fileLiteral } from './names-store.ts';

/** The columns of a Parquet file. */
export async function listParquetColumns(engine: DuckdbEngine, file: string): Promise<readonly string[]> {
  const columns = await engine.describe(
    `select * from read_parquet(${fileLiteral(file)}, hive_partitioning = false)`,
  );
  return columns.map((column) => column.name);
}

/** Every key that occurs in the objects of a JSON file. */
export async function listJsonKeys(engine: DuckdbEngine, relation: string): Promise<readonly string[]> {
  const rows = await engine.query(
    `select distinct unnest(json_keys(json)) as name from ${relation} where json_type(json) = 'OBJECT' order by 1`,
  );
  return rows.map((row) => String(row['name']));
}
