import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { errorText, TenureError } from '../base/index.ts';
import { parseTable } from '../contract/index.ts';

const columnRule = z.union([
  z.string(),
  z.null(),
  z.strictObject({ constant: z.union([z.string(), z.number(), z.boolean()]) }),
  z.strictObject({
    column: z.string(),
    format: z.string().optional(),
    values: z.record(z.string(), z.string()).optional(),
    prefix: z.string().optional(),
  }),
]);

/** Which column of the contract comes from where: the same in mapping files and in `sources.yml`. */
export const tableMapping = z.strictObject({
  table: z.string(),
  columns: z.record(z.string(), columnRule).default({}),
});

const fileMapping = tableMapping.extend({ file: z.string().min(1) });

const mappingFile = z.strictObject({ files: z.array(fileMapping).min(1) });

/** How one kind of file becomes rows of one table. */
export type FileMapping = Readonly<z.infer<typeof fileMapping>>;

/** Where each column of a table comes from. */
export type TableMapping = Readonly<z.infer<typeof tableMapping>>;

/** The first name in a mapping that the contract does not know; undefined when it knows all. */
export function findMappingProblem(
  entry: TableMapping,
): { readonly path: readonly string[]; readonly problem: string } | undefined {
  const table = parseTable(entry.table);
  if (table === undefined) return { path: ['table'], problem: `${entry.table} is no table of the contract` };
  const known = new Set(table.columns.map((column) => column.name));
  const stranger = Object.keys(entry.columns).find((name) => !known.has(name));
  if (stranger === undefined) return undefined;
  return { path: ['columns', stranger], problem: `${table.schema}.${table.name} has no such column` };
}

function checkTables(files: readonly FileMapping[], file: string): void {
  for (const [index, entry] of files.entries()) {
    const found = findMappingProblem(entry);
    if (found === undefined) continue;
    const path = ['files', index, ...found.path].join('.');
    throw new TenureError('LOAD_MAPPING_INVALID', { file, path, problem: found.problem });
  }
}

/**
 * Parses the text of a mapping file.
 *
 * @throws TenureError LOAD_MAPPING_INVALID with the path of the first problem
 *
 * @example
 * parseMapping('files: [{file: "orders*.csv", table: marketing.conversions, columns: {user_id: customer}}]', 'map.yml');
 */
export function parseMapping(text: string, file: string): readonly FileMapping[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new TenureError(
      'LOAD_MAPPING_INVALID',
      { file, path: 'YAML', problem: errorText(error) },
      { cause: error },
    );
  }
  const result = mappingFile.safeParse(document);
  if (!result.success) {
    const issue = result.error.issues[0];
    const where = issue?.path.join('.') || 'document';
    throw new TenureError('LOAD_MAPPING_INVALID', {
      file,
      path: where,
      problem: issue?.message ?? 'not valid',
    });
  }
  checkTables(result.data.files, file);
  return result.data.files;
}

/**
 * Reads a mapping file.
 *
 * @throws TenureError LOAD_PATH_MISSING, LOAD_MAPPING_INVALID
 */
export function readMapping(file: string): readonly FileMapping[] {
  if (!fs.existsSync(file)) throw new TenureError('LOAD_PATH_MISSING', { path: file });
  return parseMapping(fs.readFileSync(file, 'utf8'), file);
}

function buildGlobPattern(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`(^|/)${body}$`);
}

/** The first mapping whose glob fits the end of a path. */
export function parseMappingFor(mappings: readonly FileMapping[], file: string): FileMapping | undefined {
  const forward = file.split(path.sep).join('/');
  return mappings.find((mapping) => buildGlobPattern(mapping.file).test(forward));
}
