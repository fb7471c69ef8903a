import { createHash } from 'node:crypto';

/** The namespace of everything exported; it never changes, so that an import finds what an earlier one brought. */
const NAMESPACE = Buffer.from('8c1f6c0e5b7d4f0e9a3d2b6e71c4a905', 'hex');

/**
 * A UUID of version 5 (RFC 9562, section 5.5): the same name, the same UUID.
 *
 * @example
 * buildUuid('chart/executive/mrr');
 */
export function buildUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
