import { stringify } from 'yaml';
import { listTables } from './tables.ts';
import type { ContractTable } from './types.ts';

const SOURCES = [
  { name: 'raw', schema: 'raw', description: 'Customers, product, success and sales as they were loaded.' },
  { name: 'marketing_raw', schema: 'marketing', description: 'Marketing as it was loaded.' },
] as const;

const LOAD_COLUMNS = [
  { name: '_source', description: 'The file or connection the row came from.' },
  { name: '_loaded_at', description: 'When the row was loaded, UTC.' },
  { name: '_batch_id', description: 'The batch that loaded the row.' },
];

function buildSourceTable(table: ContractTable) {
  const columns = table.columns.map(({ name, description }) => ({ name, description }));
  return { name: table.name, description: table.description, columns: [...columns, ...LOAD_COLUMNS] };
}

/**
 * The sources YAML of the dbt project: every raw table and column, with freshness by `_loaded_at`.
 *
 * @example
 * fs.writeFileSync('dbt/models/staging/_sources.yml', renderSources());
 */
export function renderSources(): string {
  const sources = SOURCES.map((source) => ({
    ...source,
    config: {
      loaded_at_field: '_loaded_at',
      freshness: { warn_after: { count: 7, period: 'day' } },
    },
    tables: listTables()
      .filter((table) => table.schema === source.schema)
      .map(buildSourceTable),
  }));
  const heading = '# Generated from src/contract by `npm run docs`; change the contract, not this file.\n';
  return heading + stringify({ version: 2, sources }, { lineWidth: 0 });
}
