import fs from 'node:fs';
import path from 'node:path';
import { errorText, TenureError } from '../base/index.ts';
import { type Engine, openPostgres } from '../engines/index.ts';
import {
  PUBLISH_TARGETS,
  type PublishJob,
  type PublishProgress,
  type PublishReport,
  type PublishTarget,
  publishDuckdb,
  publishParquet,
  publishPostgres,
  withPart,
} from '../publish/index.ts';
import type { TenureContext } from './context.ts';
import { readMetricCatalogue } from './definition-files.ts';
import { buildMetricTable } from './metric-table-store.ts';
import { openProject } from './project.ts';
import { listPlans } from './publish-plan-store.ts';
import { readWarehouse } from './query.ts';

/** What is left out is as `publish:` of tenure.yml says. */
export interface PublishRequest {
  readonly to?: PublishTarget | undefined;
  /** The folder (parquet) or file (duckdb) to write. */
  readonly path?: string | undefined;
  /** The environment variable with the address of the PostgreSQL database; `TENURE_POSTGRES_URL` unless told. */
  readonly urlEnv?: string | undefined;
  /** A file that holds nothing but that address. */
  readonly urlFile?: string | undefined;
  /** Selectors of models; without them everything is published, and what is no longer there goes. */
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PublishProgress) => void) | undefined;
}

/** Limits that are meant for readers do not end a publication. */
const SESSION = {
  application_name: 'tenure publish',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};
const DEFAULT_URL_ENV = 'TENURE_POSTGRES_URL';

/** Where to, everything said. */
type Destination =
  | { readonly to: 'postgres'; readonly source: string; readonly url: string }
  | { readonly to: 'parquet' | 'duckdb'; readonly path: string };

function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

/** The address of a database, from where addresses may stand. */
function readUrl(
  { workspace, environment }: TenureContext,
  { urlEnv, urlFile }: PublishRequest,
): { readonly source: string; readonly url: string } {
  const own = workspace.config.publish ?? { to: 'postgres' };
  const ownFile = own.url_file === undefined ? undefined : path.resolve(workspace.root, own.url_file);
  const file = urlFile ?? (urlEnv === undefined ? ownFile : undefined);
  const name = urlEnv ?? own.url_env ?? DEFAULT_URL_ENV;
  const source = file === undefined ? `the environment variable ${name}` : `the file ${file}`;
  const url = (file === undefined ? (environment[name] ?? '') : readIfThere(file)).trim();
  if (!/^postgres(ql)?:\/\//.test(url)) throw new TenureError('PUBLISH_URL_MISSING', { source });
  return { source, url };
}

function resolveDestination(context: TenureContext, request: PublishRequest): Destination {
  const { config, root } = context.workspace;
  const to = request.to ?? config.publish?.to;
  if (to === undefined)
    throw new TenureError('PUBLISH_TARGET_MISSING', {
      what: `where to publish: ${PUBLISH_TARGETS.join(', ')}`,
    });
  if (to === 'postgres') return { to, ...readUrl(context, request) };
  const own = config.publish?.to === to ? config.publish.path : undefined;
  const place = request.path ?? own;
  if (place === undefined) {
    const what = to === 'parquet' ? 'which folder to write' : 'which file to write';
    throw new TenureError('PUBLISH_TARGET_MISSING', { what });
  }
  return { to, path: path.resolve(root, place) };
}

async function publishTo(job: PublishJob, destination: Destination): Promise<PublishReport> {
  if (destination.to !== 'postgres')
    return destination.to === 'parquet'
      ? publishParquet(job, destination.path)
      : publishDuckdb(job, destination.path);
  const { source, url } = destination;
  const to = await openPostgres({ connectionString: url, settings: SESSION }).catch((error: unknown) => {
    if (error instanceof TenureError && error.code === 'DRIVER_MISSING') throw error;
    const problem = errorText(error instanceof TenureError ? error.cause : error);
    throw new TenureError('PUBLISH_UNREACHABLE', { source, problem }, { cause: error });
  });
  try {
    return await publishPostgres(job, to);
  } finally {
    await to.close();
  }
}

async function publishWarehouse(
  context: TenureContext,
  request: PublishRequest,
  work: { readonly engine: Engine; readonly destination: Destination },
): Promise<PublishReport> {
  const { engine, destination } = work;
  const { workspace, clock, ids } = context;
  const { select = [], exclude = [], signal, onProgress } = request;
  const isWhole = select.length === 0 && exclude.length === 0;
  const mark = workspace.kind === 'own' ? await context.storage.fetchMark(engine) : null;
  const models = await listPlans(engine, openProject(context).manifest, request);
  if (models.length === 0) throw new TenureError('PUBLISH_NOTHING');
  const hasMetrics = isWhole && workspace.kind === 'own';
  const tables = hasMetrics ? [...models, buildMetricTable(readMetricCatalogue())] : models;
  const set = { buildId: mark?.id ?? '', asOf: mark?.asOf ?? null, tables, isWhole };
  // Beside the warehouse, where a job of the workspace that runs meanwhile does not clear it away.
  return withPart(path.join(path.dirname(workspace.files.warehouse), 'publish'), async (scratchFolder) => {
    fs.mkdirSync(scratchFolder);
    const job = { from: engine, set, clock, runId: ids.next(), scratchFolder, signal, onProgress };
    return publishTo(job, destination);
  });
}

/** Publishes the last good warehouse; other commands may run meanwhile. */
export async function runPublish(
  context: TenureContext,
  request: PublishRequest = {},
): Promise<PublishReport> {
  const destination = resolveDestination(context, request);
  return readWarehouse(context, (engine) => publishWarehouse(context, request, { engine, destination }));
}
