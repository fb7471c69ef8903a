import { isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { invalid, unsupported } from './source-text.ts';

export type YamlPath = readonly (string | number)[];

/** A YAML file that knows the line of everything in it. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** The line of the key or item at a path; of its nearest parent when the path leads nowhere. */
  lineOf(path: YamlPath): number;
}

/** Reads YAML text. Throws `PROJECT_INVALID` with the line where it does not parse or repeats a key. */
export function parseYamlFile(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
  });
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw invalid({ file, line: lines.linePos(problem.pos[0]).line }, `not valid YAML: ${problem.message}`);
  }
  const lineOf = (path: YamlPath): number => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && String(item.key) === String(step));
        if (pair === undefined) break;
        if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
        node = pair.value;
      } else {
        const next =
          isNode(node) && 'get' in node
            ? (node as { get(key: unknown, keep: boolean): unknown }).get(step, true)
            : undefined;
        if (!isNode(next)) break;
        if (next.range) offset = next.range[0];
        node = next;
      }
    }
    return lines.linePos(offset).line;
  };
  return { file, text, value: document.toJS() as unknown, lineOf };
}

type Issue = z.core.$ZodIssue;

/** Inside a union, the issue that went deepest says most. */
function deepestIssue(issue: Issue): { path: YamlPath; issue: Issue } {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code !== 'invalid_union') return { path, issue };
  let best: { path: YamlPath; issue: Issue } = { path, issue };
  for (const inner of issue.errors.flat()) {
    const found = deepestIssue(inner);
    if (found.path.length > 0 || inner.code === 'unrecognized_keys') {
      const whole = [...path, ...found.path];
      if (whole.length > best.path.length || best.issue === issue) best = { path: whole, issue: found.issue };
    }
  }
  return best;
}

function describePath(path: YamlPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/**
 * Checks a value of a YAML file against a schema. Throws `PROJECT_UNSUPPORTED` for a key the schema does not
 * know (with the keys it does know) and `PROJECT_INVALID` for a wrong value; both name file, line and key.
 */
export function parseYamlValue<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: { readonly yaml: YamlFile; readonly path: YamlPath; readonly supported: string },
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  if (first === undefined) throw invalid({ file: place.yaml.file, line: 1 }, result.error.message);
  const { path, issue } = deepestIssue(first);
  const whole = [...place.path, ...path];
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const line = place.yaml.lineOf([...whole, key]);
    const where = describePath(whole);
    throw unsupported(
      { file: place.yaml.file, line },
      `the property ${key}${where === '' ? '' : ` of ${where}`}`,
      place.supported,
    );
  }
  const at = { file: place.yaml.file, line: place.yaml.lineOf(whole) };
  throw invalid(at, `${describePath(whole) || 'the file'}: ${issue.message.replace(/^Invalid input: /, '')}`);
}

/** The keys of an object schema, for the list of what is supported. */
export function listKeys(schema: z.ZodObject): string {
  return Object.keys(schema.shape).join(', ');
}
