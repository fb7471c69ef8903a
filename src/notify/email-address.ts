/** An address, and the name written before it. */
export interface EmailAddress {
  readonly name: string;
  readonly address: string;
}

const LONGEST = 254;
// Narrower than RFC 5322 on purpose: no quoted parts and no comments, which mail software takes apart in different ways.
const ADDRESS =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** True where text holds a line break or another control character, which could end a header and begin another. */
export function hasControlCharacters(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** One address such as `ana@acme.example` or `Ana <ana@acme.example>`; null where it is none. */
export function parseAddress(text: string): EmailAddress | null {
  if (hasControlCharacters(text)) return null;
  const match = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>|([^<>\s]+))$/.exec(text.trim());
  const address = match?.[2] ?? match?.[3] ?? '';
  if (address.length > LONGEST || !ADDRESS.test(address)) return null;
  return { name: match?.[1]?.trim() ?? '', address };
}
