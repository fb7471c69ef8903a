import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { buildDbtMetrics, checkDbtMetrics, type DbtMetricsFiles } from '../exports/index.ts';
import type { TenureContext } from './context.ts';
import { buildExportWorld } from './export-world.ts';
import { readWarehouse } from './query.ts';

/** What an export brought, and where. */
export type DbtMetricsReport = Omit<DbtMetricsFiles, 'files'> & {
  readonly folder: string;
  readonly files: readonly string[];
};

/**
 * Writes the catalogue as a folder for a dbt project: semantic models and metrics of dbt's semantic layer, and its model of
 * days. Files of the same names are replaced, others left.
 *
 * @param folder `dbt-metrics` in the workspace unless given
 * @throws TenureError WAREHOUSE_MISSING, DEFINITION_INVALID, EXPORT_HAS_PROBLEMS
 */
export async function exportDbtMetrics(
  context: TenureContext,
  { folder = 'dbt-metrics' }: { readonly folder?: string | undefined } = {},
): Promise<DbtMetricsReport> {
  const world = await readWarehouse(context, (engine) => buildExportWorld(context, engine));
  const { files, ...report } = buildDbtMetrics(world);
  const [problem] = checkDbtMetrics(files);
  if (problem !== undefined)
    throw new TenureError('EXPORT_HAS_PROBLEMS', {
      place: `${problem.file} ${problem.path}`,
      problem: problem.problem,
    });
  const target = path.resolve(context.workspace.root, folder);
  fs.mkdirSync(target, { recursive: true });
  for (const [name, text] of files) fs.writeFileSync(path.join(target, name), text);
  return { folder: target, files: [...files.keys()], ...report };
}
