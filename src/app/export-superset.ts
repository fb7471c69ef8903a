import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import {
  type BundleProblem,
  type BundleTarget,
  buildSupersetBundle,
  checkSupersetBundle,
  readZip,
  renderZip,
  type SupersetBundle,
} from '../exports/index.ts';
import type { TenureContext } from './context.ts';
import { buildExportWorld } from './export-world.ts';
import { readWarehouse } from './query.ts';
import { replaceFile } from './storage/replace-file.ts';

/** What is exported for Superset, and for which published database. */
export interface SupersetRequest {
  /** The ZIP; `superset.zip` in the workspace unless given. */
  readonly file?: string | undefined;
  /** What the connection is called in Superset; `Tenure` unless given. */
  readonly name?: string | undefined;
  /** Its SQLAlchemy URI, without a password. */
  readonly uri?: string | undefined;
  /** The schema of the marts; `marts` unless given. */
  readonly martSchema?: string | undefined;
  /** The schema of the tables of metrics; `entity` unless given. */
  readonly metricsSchema?: string | undefined;
}

/** What an export brought. */
export type SupersetReport = Omit<SupersetBundle, 'files'> & { readonly file: string };

const URI = 'postgresql+psycopg2://reader@localhost:5432/tenure';

function buildTarget({ name, uri, martSchema, metricsSchema }: SupersetRequest): BundleTarget {
  return {
    name: name ?? 'Tenure',
    uri: uri ?? URI,
    schemas: { mart: martSchema ?? 'marts', metrics: metricsSchema ?? 'entity' },
  };
}

/**
 * What is wrong with a ZIP of `exportSuperset`, perhaps changed by hand; nothing for a good one.
 *
 * @throws TenureError LOAD_PATH_MISSING, BUNDLE_UNREADABLE
 */
export function checkSupersetFile(file: string): readonly BundleProblem[] {
  if (!fs.existsSync(file)) throw new TenureError('LOAD_PATH_MISSING', { path: file });
  return checkSupersetBundle(readZip(fs.readFileSync(file), file));
}

/**
 * Writes the dashboards, with the datasets and metrics under them, as a ZIP that Superset imports.
 *
 * @throws TenureError WAREHOUSE_MISSING, DEFINITION_INVALID, EXPORT_HAS_PROBLEMS
 */
export async function exportSuperset(
  context: TenureContext,
  request: SupersetRequest = {},
): Promise<SupersetReport> {
  const world = await readWarehouse(context, (engine) => buildExportWorld(context, engine));
  const { files, ...report } = buildSupersetBundle(world, buildTarget(request));
  const [problem] = checkSupersetBundle(files);
  if (problem !== undefined)
    throw new TenureError('EXPORT_HAS_PROBLEMS', {
      place: `${problem.file} ${problem.path}`.trim(),
      problem: problem.problem,
    });
  const file = path.resolve(context.workspace.root, request.file ?? 'superset.zip');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.part`, renderZip(files));
  replaceFile(`${file}.part`, file);
  return { file, ...report };
}
