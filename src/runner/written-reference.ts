import type { WrittenRef } from './drafts.ts';

/** A reference in YAML: `ref('x')`, `source('a', 'b')` or `this`. */
export type WrittenReference =
  | { readonly kind: 'ref'; readonly ref: WrittenRef }
  | { readonly kind: 'source'; readonly sourceName: string; readonly tableName: string }
  | { readonly kind: 'this' };

const CALL = /^(ref|source)\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*(?:,\s*(?:'([^']*)'|"([^"]*)")\s*)?\)$/;

/** Reads `ref('x')` and its like; null for anything else. */
export function parseWrittenReference(text: string): WrittenReference | null {
  const trimmed = text.trim().replace(/^\{\{\s*|\s*\}\}$/g, '');
  if (trimmed === 'this') return { kind: 'this' };
  const match = CALL.exec(trimmed);
  const first = match?.[2] ?? match?.[3];
  const second = match?.[4] ?? match?.[5];
  if (match === null || first === undefined) return null;
  if (match[1] === 'source') {
    return second === undefined ? null : { kind: 'source', sourceName: first, tableName: second };
  }
  return {
    kind: 'ref',
    ref: second === undefined ? { name: first, package: null } : { name: second, package: first },
  };
}
