export { renderDictionary } from './dictionary.ts';
export { renderSources } from './sources.ts';
export { listTables, parseName, parseTable } from './tables.ts';
export type { ContractColumn, ContractTable, ContractType } from './types.ts';
