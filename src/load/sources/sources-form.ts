import { z } from 'zod';
import { tableMapping } from '../mapping.ts';
import { parseDuration } from './duration.ts';

const DURATION = 'must be a time such as "10 minutes"';
const duration = z.string(DURATION).refine((text) => parseDuration(text) !== null, DURATION);
const sourceKind = z.enum(['postgres', 'clickhouse'], 'must be postgres or clickhouse');

const tableEntry = tableMapping.extend({
  name: z.string().min(1).optional(),
  /** A table or view of the source, with its schema. */
  from: z.string().min(1).optional(),
  query: z.string().min(1).optional(),
  mode: z.enum(['snapshot', 'incremental'], 'must be snapshot or incremental').default('snapshot'),
  /** A column that grows with every change: a time or a whole number. */
  cursor: z.string().min(1).optional(),
  /** How far behind the cursor reading begins: a time, or a number for a cursor of numbers. */
  lag: z
    .union([duration, z.int().nonnegative()], `${DURATION}, or a whole number for a cursor of numbers`)
    .optional(),
});

const source = z.strictObject({
  kind: sourceKind,
  /** The environment variable that holds the address. */
  url_env: z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable'),
  /** Of times without a zone. */
  timezone: z.string().default('UTC'),
  statement_timeout: duration.optional(),
  tables: z.array(tableEntry).min(1, 'must hold one table at least'),
});

export const sourcesForm = z.strictObject({
  sources: z.record(z.string().regex(/^[a-z][\w-]*$/i, 'must be a plain name'), source),
});

/** The names of all settings. */
export const sourceKeys = [
  'sources',
  ...Object.keys(source.shape),
  ...Object.keys(tableEntry.shape),
] as readonly string[];

export type SourceKind = z.infer<typeof sourceKind>;
export type TableEntry = Readonly<z.infer<typeof tableEntry>>;
export type SourceSettings = Readonly<z.infer<typeof source>>;
