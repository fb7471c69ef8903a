import { quoteIdentifier } from '../../base/index.ts';
import type { SourceEntry } from './read-sources.ts';

/** `public.accounts`, `accounts` or `"odd.schema"."Odd table"`, quoted: names are taken as they are written. */
export function renderName(name: string): string {
  const parts = name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [name];
  return parts.map((part) => (part.startsWith('"') ? part : quoteIdentifier(part))).join('.');
}

/** What an entry reads from, by the alias `source`. */
export function renderRelation({ from, query }: SourceEntry): string {
  return query === undefined
    ? `${renderName(from ?? '')} as source`
    : `(${query.replace(/;\s*$/, '')}\n) as source`;
}
