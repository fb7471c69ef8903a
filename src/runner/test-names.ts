import { createHash } from 'node:crypto';
import { isRecord } from './template-values.ts';

/** Values are written into names as Python writes them, because dbt's names are Python's. */
function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return Array.isArray(value) || isRecord(value) ? pythonRepr(value) : String(value);
}

function quotePython(text: string): string {
  const body = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return text.includes("'") && !text.includes('"') ? `"${body}"` : `'${body.replaceAll("'", "\\'")}'`;
}

function pythonRepr(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (isRecord(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${quotePython(key)}: ${pythonRepr(item)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? quotePython(value) : pythonText(value);
}

/** Every scalar as text, keys sorted: what dbt hashes. */
function sortedText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedText);
  if (!isRecord(value)) return pythonText(value);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedText(value[key])]),
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * dbt's names for a generic test: the full one, and one short enough for a file (63 letters at most).
 *
 * @param test the test with what it is about, for example `not_null` and `customers`, or `source_not_null` and `raw_customers`
 */
export function buildTestNames(
  test: { readonly name: string; readonly subject: string },
  testArguments: Readonly<Record<string, unknown>>,
): { full: string; short: string } {
  const flat = Object.keys(testArguments)
    .sort()
    .flatMap((key) => {
      const value = testArguments[key];
      const parts = isRecord(value) ? Object.values(value) : Array.isArray(value) ? value : [value];
      return parts.map((part) => pythonText(part).replace(/[^0-9a-zA-Z_]+/g, '_'));
    });
  const identifier = `${test.name}_${test.subject}`;
  const full = `${identifier}_${flat.join('__')}`;
  return { full, short: full.length >= 64 ? `${identifier.slice(0, 30)}_${md5(full)}` : full };
}

/** The ten letters that end a generic test's unique id in dbt. */
export function buildTestHash(
  name: string,
  metadata: {
    readonly name: string;
    readonly namespace: string | null;
    readonly kwargs: Readonly<Record<string, unknown>>;
  },
): string {
  return md5(name + pythonRepr(sortedText(metadata))).slice(-10);
}
