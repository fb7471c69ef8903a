/** PostgreSQL cuts names at so many bytes. */
const LONGEST = 63;

/** The names of a result as the statement wrote them: one that was cut is made whole where it is clear which it was. */
export function restoreNames(sql: string, names: readonly string[]): readonly string[] {
  if (names.every((name) => Buffer.byteLength(name) < LONGEST)) return names;
  const written = new Set(
    [...sql.matchAll(/"((?:[^"]|"")+)"/g)].map(([, name = '']) => name.replaceAll('""', '"')),
  );
  return names.map((name) => {
    if (Buffer.byteLength(name) < LONGEST || written.has(name)) return name;
    const whole = [...written].filter((one) => one.length > name.length && one.startsWith(name));
    return whole.length === 1 && whole[0] !== undefined ? whole[0] : name;
  });
}
