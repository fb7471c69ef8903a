import type { CompanyFile, CompanyPlan, GenerateFilesReport, GenerateReport } from '../app/index.ts';
import { renderTextTable } from './text-table.ts';

/** The company in words. */
export function renderPlan({ customers, days, asOf, seed }: CompanyPlan): string {
  return `A synthetic company of ${customers} customers, ${days} days up to ${asOf}, seed ${seed}`;
}

function sumRows(tables: readonly { readonly rows: number }[]): number {
  return tables.reduce((total, { rows }) => total + rows, 0);
}

function renderMegabytes(files: readonly CompanyFile[]): string {
  return (files.reduce((total, { bytes }) => total + bytes, 0) / 1e6).toFixed(2);
}

/** The rows of each table. */
export function renderCompanyTables({ tables }: GenerateReport): string {
  const rows = tables.map(({ table, rows }) => [table, rows]);
  return renderTextTable(['table', 'rows'], [...rows, ['total', sumRows(tables)]]);
}

/** The rows of each table and the size of its files. */
export function renderCompanyFiles({ files, folder }: GenerateFilesReport): string {
  const formats = [...new Set(files.map(({ format }) => format))];
  const tables = files.filter(({ format }) => format === formats[0]);
  const renderSizes = (group: readonly CompanyFile[]) =>
    formats.map((wanted) => renderMegabytes(group.filter(({ format }) => format === wanted)));
  const rows = tables.map(({ table, rows }) => {
    const group = files.filter((file) => file.table === table);
    return [table, rows, ...renderSizes(group)];
  });
  const columns = ['table', 'rows', ...formats.map((format) => `${format} MB`)];
  const total = ['total', sumRows(tables), ...renderSizes(files)];
  return `${renderTextTable(columns, [...rows, total])}${files.length} files (${formats.join(', ')}) in ${folder}\n`;
}
