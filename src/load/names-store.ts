import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import type { ContractTable } from '../contract/index.ts';

/** The alias of the load's own database. */
export const SCRATCH = 'tenure_scratch';

/** A relation of the load's own database. */
export function scratchRelation(name: string): string {
  return `${quoteIdentifier(SCRATCH)}.${quoteRelation('main', name)}`;
}

export function stageOf(table: ContractTable): string {
  return scratchRelation(`stage_${table.name}`);
}

/** The staged rows as the contract wants them, with `_row` and `_file`. */
export function finalOf(table: ContractTable): string {
  return scratchRelation(`final_${table.name}`);
}

/** The staged rows that are not loaded: rejected, or repeats. */
export function excludedOf(table: ContractTable): string {
  return scratchRelation(`excluded_${table.name}`);
}

/** Staged rows beside the rows of the table that have the same key. */
export function changesOf(table: ContractTable): string {
  return scratchRelation(`changes_${table.name}`);
}

export function relationOf(table: ContractTable): string {
  return quoteRelation(table.schema, table.name);
}

export function historyOf(table: ContractTable): string {
  return quoteRelation(`${table.schema}_history`, table.name);
}

/** The rows of a plan's files, by the column that holds their number. */
export function renderWithin(
  plan: { readonly id: number; readonly parts?: readonly unknown[] },
  column = '_file',
): string {
  if (plan.parts === undefined) return `${column} = ${plan.id}`;
  return `${column} between ${plan.id} and ${plan.id + plan.parts.length - 1}`;
}

/** The names of the files, for SQL. */
export const FILES = scratchRelation('files');

export const REJECTS = scratchRelation('rejects');
export const READER_REJECTS = scratchRelation('reader_rejects');

/** Paths as DuckDB's readers take a list of them. */
export function fileList(files: readonly string[]): string {
  return `[${files.map(fileLiteral).join(', ')}]`;
}

/** A path as DuckDB's readers take it: their glob characters made literal. */
export function fileLiteral(file: string): string {
  return quoteLiteral(file.replace(/[[*?]/g, '[$&]'));
}

export function quoteList(names: readonly string[], prefix = ''): string {
  return names.map((name) => prefix + quoteIdentifier(name)).join(', ');
}
