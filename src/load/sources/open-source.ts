import { type Environment, TenureError } from '../../base/index.ts';
import { type Engine, openClickhouse, openPostgres } from '../../engines/index.ts';
import { parseDuration } from './duration.ts';
import { fetchRole } from './extract-store.ts';
import type { Source } from './read-sources.ts';
import { READERS } from './readers.ts';
import { buildSourceFailure } from './source-failure.ts';

/** A source that answers. */
export interface OpenedSource {
  readonly engine: Engine;
  /** The address, which no message may repeat. */
  readonly url: string;
  /** Who reads, in the source's words. */
  readonly role: string;
}

async function openEngine(source: Source, url: string): Promise<Engine> {
  const timeout = parseDuration(source.statement_timeout ?? '') ?? 0n;
  if (source.kind === 'clickhouse') {
    // 2: nothing is written, and the settings of a connection may still be set.
    return openClickhouse({
      url,
      settings: { readonly: 2, max_execution_time: Number(timeout) / 1_000_000 },
    });
  }
  return openPostgres({
    connectionString: url,
    settings: { default_transaction_read_only: 'on', statement_timeout: `${timeout / 1000n}ms` },
  });
}

/**
 * Opens the database of a source, for reading only.
 *
 * @throws TenureError SOURCE_ADDRESS_MISSING, SOURCE_LOST, SOURCE_REFUSED, DRIVER_MISSING
 */
export async function openSource(source: Source, environment: Environment): Promise<OpenedSource> {
  const url = environment[source.url_env] ?? '';
  if (url === '') {
    throw new TenureError('SOURCE_ADDRESS_MISSING', { source: source.name, variable: source.url_env });
  }
  try {
    const engine = await openEngine(source, url);
    return { engine, url, role: await fetchRole(engine, READERS[source.kind].role) };
  } catch (error) {
    throw buildSourceFailure(error, { source, entry: null, url, role: '' });
  }
}
