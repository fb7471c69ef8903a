import { clickhouseReader } from './clickhouse-source-store.ts';
import { postgresReader } from './postgres-source-store.ts';
import type { Source } from './read-sources.ts';
import type { SourceReader } from './source-reader.ts';

/** How each kind of database is read. */
export const READERS: Readonly<Record<Source['kind'], SourceReader>> = {
  postgres: postgresReader,
  clickhouse: clickhouseReader,
};
