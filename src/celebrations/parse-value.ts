import type { Value } from '../engines/index.ts';

/** A value as text; null where there is none. */
export function parseText(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
