import { quoteLiteral } from '../base/index.ts';
import type { ExportDimension, ExportDomain, ExportModel } from './export-world.ts';

/** A column that a dataset works out from others of the same row. */
export interface CalculatedColumn {
  readonly name: string;
  readonly type: string;
  readonly expression: string;
  readonly description: string;
}

/** What the guide to the metrics layer has people add by hand, table by table. */
export const GUIDE_COLUMNS: Readonly<Record<string, readonly CalculatedColumn[]>> = {
  metrics_customer_success: [
    {
      name: 'MRR Growth',
      type: 'DOUBLE PRECISION',
      expression: '100.0 * (current_mrr - previous_month_mrr) / nullif(previous_month_mrr, 0)',
      description: 'MRR against the same day a month before, in percent; unknown where there was none.',
    },
    {
      name: 'Health Trend',
      type: 'DOUBLE PRECISION',
      expression: 'health_trend',
      description: 'Health score minus that of the day before, of the same customer.',
    },
    {
      name: 'Health Category',
      type: 'VARCHAR',
      expression:
        "case when customer_health_score >= 80 then 'Healthy' when customer_health_score >= 60 then 'Stable' " +
        "when customer_health_score < 60 then 'At Risk' else 'Unknown' end",
      description: 'Healthy from 80, Stable from 60, else At Risk.',
    },
  ],
  metrics_sales: [
    {
      name: 'Pipeline Velocity',
      type: 'DOUBLE PRECISION',
      expression: 'pipeline_value / nullif(avg_sales_cycle_days, 0)',
      description: 'Pipeline value over the average sales cycle, USD a day.',
    },
  ],
};

/** Whether a dimension has a name or rows of its own, so that a column has to be worked out. */
function isCalculated(domain: ExportDomain, { name, column, rows }: ExportDimension): boolean {
  return name !== column || (rows !== null && name !== domain.entityId && name !== domain.entityName);
}

/** The dimensions of a domain that are no columns of its table. */
export function listDimensionColumns(domain: ExportDomain): readonly CalculatedColumn[] {
  return domain.dimensions
    .filter((dimension) => isCalculated(domain, dimension))
    .map(({ name, column, rows }) => ({
      name,
      type: 'VARCHAR',
      expression: rows === null ? column : `case when ${rows} then ${column} end`,
      description: `The rows that are kept by ${name}; empty in all others.`,
    }));
}

/** The day of rows that have none: marts of the state of the last build. */
export const STATE_DAY: CalculatedColumn = {
  name: 'state_day',
  type: 'DATE',
  expression: 'current_date',
  description:
    'These rows are the state of the last build and have no day of their own: a time filter leaves all.',
};

/** A month or a day as text, for an axis that is no time axis. */
export function buildDateLabel(column: string, unit: string): CalculatedColumn {
  return {
    name: `${column}_text`,
    type: 'VARCHAR',
    expression: `substr(cast(${column} as varchar), 1, ${unit === 'month' ? 7 : 10})`,
    description: `${column} as text.`,
  };
}

/** The rows of the last day there is, in tables that mark them. */
export const LATEST_ROWS = 'is_latest';

/** A condition on a figure of a group. */
export function renderHaving(expression: string, operator: string, values: readonly unknown[]): string {
  return values.map((value) => `(${expression}) ${operator} ${Number(value)}`).join(' and ');
}

/** A mart's columns one under the other: a step and its value, with the columns that are filtered by. */
export function renderSteps(model: ExportModel, relation: string): string {
  const kept = model.filters.map((column) => `${column}, `).join('');
  return model.columns
    .map(
      ({ name, label }, place) =>
        `select ${kept}${place + 1} as step_order, ${quoteLiteral(label)} as step, ${name} as step_value from ${relation}`,
    )
    .join('\nunion all\n');
}
