import { type Clock, errorText } from '../base/index.ts';
import type { Engine, Value } from '../engines/index.ts';
import type { Compiler } from './compiler.ts';
import type { ManifestSource, SourceFreshness } from './manifest.ts';
import { buildArtifactMetadata } from './run-results.ts';

export interface FreshnessRequest {
  /** A compiler, or anything with a manifest. */
  readonly compiler: Pick<Compiler, 'manifest'>;
  readonly engine: Engine;
  readonly clock: Clock;
  /** Unique ids of sources; all of them when absent. */
  readonly selection?: readonly string[];
  readonly onResult?: (result: FreshnessResult, done: number, total: number) => void;
}

export interface FreshnessResult {
  readonly uniqueId: string;
  /** `marketing_raw.sessions` */
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error';
  readonly message: string;
  /** The latest row, ISO 8601 in UTC; null for an empty table or an error. */
  readonly maxLoadedAt: string | null;
  readonly snapshottedAt: string;
  readonly ageSeconds: number | null;
  readonly criteria: SourceFreshness;
  readonly seconds: number;
  readonly file: string;
}

// What dbt takes for the time of a table without rows.
const NEVER = '0001-01-01T00:00:00.000Z';

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

function isOlder(age: number, limit: SourceFreshness['warn_after']): boolean {
  return limit !== null && limit !== undefined && age > limit.count * SECONDS[limit.period];
}

// A date counts from its midnight in UTC, and a time without zone is UTC: that is what sessions are set to.
function parseTime(value: Value): number {
  const text = String(value).replace(' ', 'T');
  const isTime = /^\d{4}-\d\d-\d\d(T|$)/.test(text);
  const hasZone = !text.includes('T') || /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = isTime ? Date.parse(hasZone ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(time)) throw new TypeError(`max(loaded_at_field) is ${text}, which is not a time`);
  return time;
}

async function fetchLatest(engine: Engine, source: ManifestSource): Promise<string | null> {
  const filter = source.freshness?.filter;
  const where = filter === null || filter === undefined ? '' : ` where ${filter}`;
  const [row] = await engine.query(
    `select max(${source.loaded_at_field}) as latest from ${source.relation_name}${where}`,
  );
  const latest = row?.['latest'] ?? null;
  return latest === null ? null : new Date(parseTime(latest)).toISOString();
}

interface Judgement {
  readonly status: FreshnessResult['status'];
  readonly message: string;
  readonly maxLoadedAt: string | null;
  readonly ageSeconds: number | null;
}

function buildJudgement(criteria: SourceFreshness, latest: string | null, now: number): Judgement {
  const age = (now - Date.parse(latest ?? NEVER)) / 1000;
  const name = latest === null ? 'the table has no rows' : `the latest row is of ${latest}`;
  const status = isOlder(age, criteria.error_after)
    ? 'error'
    : isOlder(age, criteria.warn_after)
      ? 'warn'
      : 'pass';
  return { status, message: name, maxLoadedAt: latest, ageSeconds: latest === null ? null : age };
}

async function runSource(
  request: FreshnessRequest,
  source: ManifestSource,
  criteria: SourceFreshness,
): Promise<FreshnessResult> {
  const started = request.clock.now();
  let judgement: Judgement;
  try {
    if (source.loaded_at_field === null) throw new TypeError('the source has no loaded_at_field');
    const latest = await fetchLatest(request.engine, source);
    judgement = buildJudgement(criteria, latest, started);
  } catch (error) {
    judgement = {
      status: 'runtime error',
      message: errorText(error),
      maxLoadedAt: null,
      ageSeconds: null,
    };
  }
  return {
    uniqueId: source.unique_id,
    name: `${source.source_name}.${source.name}`,
    ...judgement,
    snapshottedAt: new Date(started).toISOString(),
    criteria,
    seconds: (request.clock.now() - started) / 1000,
    file: source.original_file_path,
  };
}

/**
 * Measures how old the latest row of each source is, against its `warn_after` and `error_after`. Sources without
 * `freshness` are passed over; one that cannot be read is a result of status `runtime error`.
 *
 * @example
 * const results = await runFreshness({ compiler, engine, clock: systemClock });
 * const isFresh = results.every(({ status }) => status === 'pass' || status === 'warn');
 */
export async function runFreshness(request: FreshnessRequest): Promise<readonly FreshnessResult[]> {
  const { selection, compiler } = request;
  const chosen = Object.values(compiler.manifest.sources).flatMap((source) =>
    source.freshness !== null && (selection === undefined || selection.includes(source.unique_id))
      ? [{ source, criteria: source.freshness }]
      : [],
  );
  const results: FreshnessResult[] = [];
  for (const { source, criteria } of chosen) {
    const result = await runSource(request, source, criteria);
    results.push(result);
    request.onResult?.(result, results.length, chosen.length);
  }
  return results;
}

function buildEntry(result: FreshnessResult): Readonly<Record<string, unknown>> {
  if (result.status === 'runtime error') {
    return { unique_id: result.uniqueId, error: result.message, status: result.status };
  }
  const latest = result.maxLoadedAt ?? NEVER;
  return {
    unique_id: result.uniqueId,
    max_loaded_at: latest,
    snapshotted_at: result.snapshottedAt,
    max_loaded_at_time_ago_in_s: (Date.parse(result.snapshottedAt) - Date.parse(latest)) / 1000,
    status: result.status,
    criteria: result.criteria,
    adapter_response: {},
    timing: [],
    thread_id: 'main',
    execution_time: result.seconds,
  };
}

/** dbt's `target/sources.json`, version 3. */
export function renderSources(
  results: readonly FreshnessResult[],
  compiler: Pick<Compiler, 'manifest'>,
): string {
  const { metadata } = compiler.manifest;
  const generatedAt = results.at(-1)?.snapshottedAt ?? String(metadata['generated_at'] ?? '');
  const document = {
    metadata: buildArtifactMetadata(metadata, 'sources/v3', generatedAt),
    results: results.map(buildEntry),
    elapsed_time: results.reduce((total, result) => total + result.seconds, 0),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
