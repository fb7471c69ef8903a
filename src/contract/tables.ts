import { CUSTOMER_TABLES } from './customers.ts';
import { MARKETING_TABLES } from './marketing.ts';
import { OUTREACH_TABLES } from './outreach.ts';
import { PRODUCT_TABLES } from './product.ts';
import { SALES_TABLES } from './sales.ts';
import { SUCCESS_TABLES } from './success.ts';
import type { ContractTable } from './types.ts';

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

const TABLES: readonly ContractTable[] = deepFreeze([
  ...CUSTOMER_TABLES,
  ...PRODUCT_TABLES,
  ...SUCCESS_TABLES,
  ...SALES_TABLES,
  ...OUTREACH_TABLES,
  ...MARKETING_TABLES,
]);

/**
 * Every raw table of the contract, schema `raw` first.
 *
 * @example
 * listTables().filter((table) => table.schema === 'marketing').map((table) => table.name);
 */
export function listTables(): readonly ContractTable[] {
  return TABLES;
}

/** Lower case, with spaces and dashes as underscores: how names of tables and columns are compared. */
export function parseName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/**
 * The table a name stands for: `sessions`, `marketing.sessions` or `raw.users`; undefined when there is none.
 * No two schemas of the contract share a table name.
 *
 * @example
 * parseTable('marketing.sessions')?.key; // ['session_id']
 */
export function parseTable(name: string): ContractTable | undefined {
  const [first = '', second] = parseName(name).split('.');
  if (second === undefined) return TABLES.find((table) => table.name === first);
  const schema = first === 'marketing_raw' ? 'marketing' : first;
  return TABLES.find((table) => table.name === second && table.schema === schema);
}
