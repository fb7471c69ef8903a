import { type Environment, errorText, TenureError } from '../../base/index.ts';
import { renderExtract } from './extract-store.ts';
import { openSource } from './open-source.ts';
import { readSources, type Source } from './read-sources.ts';
import { READERS } from './readers.ts';
import { buildSourceFailure } from './source-failure.ts';

/** Whether a source can be loaded from. */
export interface SourceHealth {
  readonly name: string;
  readonly isFine: boolean;
  /** Who reads how many tables there, or what is wrong. */
  readonly detail: string;
  readonly fix: string;
}

async function checkSource(source: Source, environment: Environment): Promise<SourceHealth> {
  const { name, kind, entries } = source;
  try {
    const opened = await openSource(source, environment);
    try {
      for (const entry of entries) {
        const sql = renderExtract(['*'], READERS[kind].renderRelation(entry), null);
        await opened.engine.describe(sql).catch((error: unknown) => {
          throw buildSourceFailure(error, { ...opened, source, entry });
        });
      }
      const tables = entries.length === 1 ? '1 table' : `${entries.length} tables`;
      return { name, isFine: true, detail: `${kind} shows ${opened.role} ${tables}`, fix: '' };
    } finally {
      await opened.engine.close();
    }
  } catch (error) {
    const fix = error instanceof TenureError ? error.fix : '';
    return { name, isFine: false, detail: errorText(error), fix };
  }
}

/**
 * Asks every source of `sources.yml` whether it answers and shows its tables. Nothing is read.
 *
 * @throws TenureError SOURCES_MISSING, DEFINITION_INVALID
 *
 * @example
 * const [crm] = await checkSources('sources.yml', processEnvironment);
 */
export async function checkSources(file: string, environment: Environment): Promise<readonly SourceHealth[]> {
  const found = [];
  for (const source of readSources(file)) found.push(await checkSource(source, environment));
  return found;
}
