import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { buildFixedClock, type Environment, TenureError } from '../../src/base/index.ts';
import { duckdbDialect, postgresDialect } from '../../src/engines/index.ts';
import { type Compiler, type CompilerMessage, openCompiler } from '../../src/runner/index.ts';

/** Files of a project by path; `dbt_project.yml` is added when it is not among them. */
export type ProjectText = Readonly<Record<string, string>>;

export const BAKERY = path.resolve('test/fixtures/bakery');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** Writes a project into a new folder, which is gone after the tests of the file. */
export function writeProject(files: ProjectText): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'dbt_project.yml': 'name: shop\n', ...files })) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

export interface OpenOptions {
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly environment?: Environment;
  readonly type?: 'duckdb' | 'postgres';
  readonly messages?: CompilerMessage[];
  readonly more?: readonly string[];
}

/** Opens the project of a folder for a target called `test` with the schema `main`. */
export function openFolder(folder: string, options: OpenOptions = {}): Compiler {
  const type = options.type ?? 'duckdb';
  return openCompiler({
    roots: [folder, ...(options.more ?? [])],
    target: { name: 'test', schema: 'main', type, database: null },
    dialect: type === 'duckdb' ? duckdbDialect : postgresDialect,
    environment: options.environment ?? {},
    clock: buildFixedClock('2026-03-04T05:06:07.089Z'),
    invocationId: 'invocation',
    onMessage: (message) => options.messages?.push(message),
    ...(options.vars === undefined ? {} : { vars: options.vars }),
  });
}

export function openFiles(files: ProjectText, options: OpenOptions = {}): Compiler {
  return openFolder(writeProject(files), options);
}

/** The SQL of a model of a project that holds just that model, and any further files. */
export function compileModel(
  sql: string,
  options: OpenOptions & { readonly files?: ProjectText } = {},
): string {
  return openFiles({ 'models/m.sql': sql, ...options.files }, options).compile('model.shop.m');
}

/** The error a project raises, its folder taken out of the text. */
export function failureOf(work: () => unknown): { code: string; message: string; fix: string } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof TenureError)) throw error;
    const clean = (text: string): string => text.replaceAll(/\/[^\s:]*\/tenure-\w+\//g, '');
    return { code: error.code, message: clean(error.message), fix: clean(error.fix) };
  }
  throw new Error('nothing was thrown');
}
