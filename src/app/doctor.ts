import fs from 'node:fs';
import path from 'node:path';
import { errorText, TenureError } from '../base/index.ts';
import { openDuckdb } from '../engines/index.ts';
import { checkSources } from '../load/index.ts';
import { type TenureContext, withState } from './context.ts';
import { fetchEngineVersion, fetchRawCounts, fetchUnavailableCount } from './doctor-store.ts';
import { openProject } from './project.ts';
import { listJobRuns } from './state-store.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly fix: string;
}

export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly ok: boolean;
}

const MINIMUM_NODE = [20, 19] as const;
const LOW_DISK_BYTES = 1024 ** 3;

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isFine = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const fix = isFine ? '' : `Install Node ${MINIMUM_NODE.join('.')} or later.`;
  return { check: 'Node', status: isFine ? 'ok' : 'fail', detail: process.versions.node, fix };
}

async function checkDuckdb(): Promise<Finding> {
  const engine = await openDuckdb({ path: ':memory:' });
  try {
    return { check: 'DuckDB', status: 'ok', detail: await fetchEngineVersion(engine), fix: '' };
  } finally {
    await engine.close();
  }
}

async function checkServers({ storage }: TenureContext): Promise<readonly Finding[]> {
  const found = await storage.checkServers();
  return found.map(({ server, detail, fix }) => ({
    check: server,
    status: fix === '' ? 'ok' : 'warn',
    detail,
    fix,
  }));
}

function checkDisk(context: TenureContext): Finding {
  const stats = fs.statfsSync(context.workspace.root);
  const free = stats.bavail * stats.bsize;
  const gigabytes = (free / 1024 ** 3).toFixed(1);
  const isLow = free < LOW_DISK_BYTES;
  const fix = isLow ? 'A build needs room for a second warehouse: free some space.' : '';
  return { check: 'Disk', status: isLow ? 'warn' : 'ok', detail: `${gigabytes} GB free`, fix };
}

async function checkOwner(context: TenureContext): Promise<Finding> {
  try {
    const [last] = await withState(context, (state) => listJobRuns(state, 1));
    if (last === undefined)
      return { check: 'Runs', status: 'ok', detail: 'nothing was run here yet', fix: '' };
    const isFine = last['status'] === 'ok';
    return {
      check: 'Runs',
      status: isFine ? 'ok' : 'warn',
      detail: `last: ${last['kind']} at ${last['started_at']}: ${last['status']} (${last['summary']})`,
      fix: isFine
        ? ''
        : 'The last good warehouse goes on serving. Run the command again to see what is wrong.',
    };
  } catch (error) {
    if (!(error instanceof TenureError) || error.code !== 'DATABASE_OWNED') throw error;
    return { check: 'Runs', status: 'warn', detail: 'another process is at work here', fix: error.fix };
  }
}

async function checkRaw(context: TenureContext): Promise<Finding> {
  if (!(await context.storage.hasRaw())) {
    return {
      check: 'Raw data',
      status: 'warn',
      detail: 'nothing loaded yet',
      fix: 'tenure load PATH, or tenure generate',
    };
  }
  const engine = await context.storage.open('raw');
  try {
    const counts = await fetchRawCounts(engine);
    const hasRejects = counts.rejectedRows > 0;
    return {
      check: 'Raw data',
      status: hasRejects ? 'warn' : 'ok',
      detail: `${counts.filled} of ${counts.total} tables have rows; ${counts.rejectedRows} rows rejected so far`,
      fix: hasRejects ? 'tenure query --raw "from raw_rejects" shows file, line and reason of each.' : '',
    };
  } finally {
    await engine.close();
  }
}

async function checkWarehouse(context: TenureContext): Promise<Finding> {
  const { storage } = context;
  const check = 'Warehouse';
  const builtAt = await storage.fetchBuiltAt();
  if (builtAt === null) return { check, status: 'warn', detail: 'not built yet', fix: 'tenure build' };
  const engine = await context.storage.open('warehouse');
  const missing = await fetchUnavailableCount(engine).finally(() => engine.close());
  const note =
    missing === null || missing === 0 ? '' : `; ${missing} columns unavailable, see metric_availability`;
  const detail = `built ${builtAt}${note}`;
  if (await storage.isRawNewer()) {
    return { check, status: 'warn', detail: `${detail}; data was loaded since`, fix: 'tenure build' };
  }
  if (await storage.hasFailed()) {
    return {
      check,
      status: 'warn',
      detail: `${detail}; a later build failed`,
      fix: 'tenure build shows what failed.',
    };
  }
  return { check, status: 'ok', detail, fix: '' };
}

function checkProject(context: TenureContext): Finding {
  const { manifest } = openProject(context);
  const models = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model');
  return { check: 'Project', status: 'ok', detail: `${models.length} models compile`, fix: '' };
}

/** Whether the databases to load from answer; a source that does not is no reason to stop. */
async function checkWorkspaceSources({ workspace, environment }: TenureContext): Promise<readonly Finding[]> {
  const file = path.join(workspace.root, 'sources.yml');
  if (!fs.existsSync(file)) return [];
  const sources = await checkSources(file, environment);
  return sources.map(({ name, isFine, detail, fix }) => ({
    check: `Source ${name}`,
    status: isFine ? 'ok' : 'warn',
    detail,
    fix,
  }));
}

type Found = Finding | readonly Finding[];

/** Looks at everything a command needs and says what to do about what is not right. */
export async function runDoctor(context: TenureContext): Promise<DoctorReport> {
  const checks: readonly (readonly [string, () => Found | Promise<Found>])[] = [
    ['Node', checkNode],
    ['DuckDB', checkDuckdb],
    ['Server', () => checkServers(context)],
    ['Disk', () => checkDisk(context)],
    ['Project', () => checkProject(context)],
    ['Runs', () => checkOwner(context)],
    ['Raw data', () => checkRaw(context)],
    ['Warehouse', () => checkWarehouse(context)],
    ['Sources', () => checkWorkspaceSources(context)],
  ];
  const findings: Finding[] = [];
  for (const [check, look] of checks) {
    try {
      findings.push(...[await look()].flat());
    } catch (error) {
      const fix = error instanceof TenureError ? error.fix : 'Report this with the text beside it.';
      findings.push({ check, status: 'fail', detail: errorText(error), fix });
    }
  }
  return { findings, ok: findings.every((finding) => finding.status !== 'fail') };
}
