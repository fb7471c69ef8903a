/** A column where a condition holds. */
export function renderRows(column: string, rows: string | null): string {
  return rows === null ? column : `case when ${rows} then ${column} end`;
}

/** The days there are, which dbt's semantic layer asks for as a model. */
export function renderTimeSpine(table: string): string {
  return `{{ config(materialized='table') }}

select distinct metric_date as date_day from {{ ref('${table}') }}
`;
}
