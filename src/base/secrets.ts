import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A new secret of 32 random bytes, in 43 characters that an address and a header can hold. */
export function drawSecret(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** The SHA-256 of a text in hex: what is kept of a secret. A secret of 32 random bytes needs no salt and no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
