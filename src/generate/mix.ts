/** The finalizer of MurmurHash3 (32 bits): every bit of the input moves every bit of the output. */
export function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** FNV-1a of a name, mixed: the number that stands for a stream of draws. */
export function saltOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return mix(hash);
}

/** A key of a key and a small integer: a customer's day. The same as `Chance.subkey` in SQL. */
export function mixDay(key: number, integer: number): number {
  return mix(key ^ Math.imul(integer, 0x9e3779b9));
}
