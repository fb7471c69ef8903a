/** Arguments of a call from a template. */
export interface CallArguments {
  readonly positional: readonly unknown[];
  readonly keyword: Readonly<Record<string, unknown>>;
}

/** Turns the engine's Maps and undefined values into plain objects and nulls, all the way down. */
export function toPlain(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), toPlain(item)]));
  }
  return Array.isArray(value) ? value.map(toPlain) : value;
}

/** Keyword arguments reach a function as one Map in the last place. */
export function parseArguments(raw: readonly unknown[]): CallArguments {
  const last = raw.at(-1);
  if (!(last instanceof Map)) return { positional: raw.map(toPlain), keyword: {} };
  return { positional: raw.slice(0, -1).map(toPlain), keyword: toPlain(last) as Record<string, unknown> };
}

/** Arguments by name, given the names of the positions. Throws a plain error that names what is wrong. */
export function bindArguments(
  call: CallArguments,
  name: string,
  parameters: readonly string[],
): Record<string, unknown> {
  if (call.positional.length > parameters.length) {
    throw new Error(`${name} takes ${parameters.join(', ') || 'no arguments'}: too many were given`);
  }
  const bound: Record<string, unknown> = {};
  call.positional.forEach((value, index) => {
    bound[parameters[index] ?? ''] = value;
  });
  for (const [key, value] of Object.entries(call.keyword)) {
    if (!parameters.includes(key))
      throw new Error(`${name} has no argument ${key} (it takes ${parameters.join(', ')})`);
    bound[key] = value;
  }
  return bound;
}

/** True for an object that is not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
