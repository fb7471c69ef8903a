import fs from 'node:fs';
import type { z } from 'zod';
import { TenureError } from '../base/index.ts';
import { didYouMean } from './nearest-name.ts';
import { parseYamlFile, type YamlFile, type YamlPath } from './yaml-file.ts';

/** What is wrong with a definition, and where in it. */
export interface DefinitionProblem {
  readonly path: YamlPath;
  readonly problem: string;
  readonly hint: string;
}

function describePath(path: YamlPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

function readValue(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === 'object' && node !== null
        ? (node as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** The error of a problem: file, line, key, the value that stands there, and what to do. */
export function buildDefinitionError(
  yaml: YamlFile,
  { path, problem, hint }: DefinitionProblem,
): TenureError {
  const value = readValue(yaml.value, path);
  const shown = typeof value === 'object' || value === undefined ? '' : ` is ${JSON.stringify(value)}`;
  const place = describePath(path);
  return new TenureError('DEFINITION_INVALID', {
    file: yaml.file,
    line: yaml.lineOf(path),
    problem: place === '' ? problem : `${place}${shown}: ${problem}`,
    hint,
  });
}

/** Where definitions are written: the path of a file, or a text with the name it goes by in errors. */
export type DefinitionSource = string | { readonly name: string; readonly text: string };

/**
 * Reads definitions in YAML (JSON is YAML too).
 *
 * @throws TenureError DEFINITION_INVALID where it is no YAML
 */
export function readDefinitionFile(source: DefinitionSource): YamlFile {
  try {
    if (typeof source !== 'string') return parseYamlFile(source.name, source.text);
    return parseYamlFile(source, fs.readFileSync(source, 'utf8'));
  } catch (error) {
    if (!(error instanceof TenureError)) throw error;
    const hint = 'Correct the YAML on that line.';
    throw new TenureError('DEFINITION_INVALID', { ...error.details, hint }, { cause: error });
  }
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, keys: readonly string[], page: string): DefinitionProblem {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return {
      path: [...path, key],
      problem: 'there is no such setting',
      hint: didYouMean(key, keys, `${page} shows every setting.`),
    };
  }
  const problem = issue.message
    .replace(/^Invalid input: /, '')
    .replace(/^expected (\w+), received undefined$/, 'is missing: a $1');
  return { path, problem, hint: `Correct it; ${page} shows a whole file.` };
}

/** How a file is checked: its schema, the names of all its settings, and the page that shows one. */
export interface DefinitionForm<T> {
  readonly schema: z.ZodType<T>;
  readonly keys: readonly string[];
  readonly page: string;
}

/**
 * Checks a file's content against its schema.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, key, value and what to do
 */
export function parseDefinition<T>(yaml: YamlFile, form: DefinitionForm<T>): T {
  const result = form.schema.safeParse(yaml.value ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const found = issue === undefined ? undefined : describeIssue(issue, form.keys, form.page);
  throw buildDefinitionError(yaml, found ?? { path: [], problem: result.error.message, hint: form.page });
}
