import type { Manifest } from './manifest.ts';
import type { NodeResult, RunSummary } from './run-types.ts';

export interface RunResultsOptions {
  /** Version and invocation are the manifest's; a compiler will do. */
  readonly manifest: Pick<Manifest, 'metadata'>;
  /** What the command was called with, for whoever reads the file. */
  readonly args?: Readonly<Record<string, unknown>>;
}

/** The head of every artifact of one run. */
export function buildArtifactMetadata(
  metadata: Manifest['metadata'],
  schema: string,
  generatedAt: string,
): Readonly<Record<string, unknown>> {
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
    dbt_version: metadata['dbt_version'] ?? null,
    generated_at: generatedAt,
    invocation_id: metadata['invocation_id'] ?? null,
    env: metadata['env'] ?? {},
  };
}

function buildEntry(result: NodeResult): Readonly<Record<string, unknown>> {
  const isRun = result.status !== 'skipped';
  const times = { started_at: result.startedAt, completed_at: result.completedAt };
  return {
    status: result.status,
    timing: isRun ? [{ name: 'execute', ...times }] : [],
    thread_id: 'main',
    execution_time: result.seconds,
    adapter_response: result.rows === null ? {} : { _message: result.message, rows_affected: result.rows },
    message: result.message === '' ? null : result.message,
    failures: result.failures,
    unique_id: result.uniqueId,
    compiled: result.compiledCode !== null,
    compiled_code: result.compiledCode,
    relation_name: result.relationName,
    batch_results: null,
  };
}

/**
 * dbt's `target/run_results.json`, version 6.
 *
 * @example
 * fs.writeFileSync('target/run_results.json', renderRunResults(summary, { manifest }));
 */
export function renderRunResults(summary: RunSummary, options: RunResultsOptions): string {
  const document = {
    metadata: buildArtifactMetadata(options.manifest.metadata, 'run-results/v6', summary.completedAt),
    results: summary.results.map(buildEntry),
    elapsed_time: summary.seconds,
    args: options.args ?? {},
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
