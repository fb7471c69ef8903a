import { quoteLiteral } from '../base/index.ts';
import { type Catalogue, listDimensions, renderAggregate } from '../metrics/index.ts';
import type { TablePlan } from '../publish/index.ts';

type Metric = Catalogue['metrics'][number];

/** A column of the table of metrics: what it says, and where from. */
interface MetricColumn {
  readonly name: string;
  readonly description: string;
  read(metric: Metric): string | boolean | null;
}

const sumOf = (column: string): string => `cast(sum(${column}) as double precision)`;

const COLUMNS: readonly MetricColumn[] = [
  {
    name: 'domain',
    description: 'customer_success, sales, product or marketing.',
    read: ({ domain }) => domain.domain,
  },
  { name: 'metric_name', description: 'The metric, as in metrics_api.', read: ({ name }) => name },
  { name: 'label', description: 'What people call it.', read: ({ label }) => label },
  {
    name: 'description',
    description: 'What it says.',
    read: ({ description }) => description.trim(),
  },
  {
    name: 'unit',
    description: 'usd, count, ratio (0 to 1), percent and score (0 to 100), hours, days, minutes or years.',
    read: ({ unit }) => unit,
  },
  {
    name: 'is_multiple',
    description: 'True for a ratio that is written so many times: 2.9×.',
    read: ({ is_multiple }) => is_multiple === true,
  },
  {
    name: 'good_direction',
    description: 'Whether more is better: up, down, none.',
    read: ({ good_direction }) => good_direction,
  },
  {
    name: 'importance_tier',
    description: 'tier_1 to tier_3.',
    read: ({ importance_tier }) => importance_tier,
  },
  { name: 'owner', description: 'The team that answers for the definition.', read: ({ owner }) => owner },
  {
    name: 'synonyms',
    description: 'Other words for it, with commas between them.',
    read: ({ synonyms }) => synonyms.join(', '),
  },
  {
    name: 'table_name',
    description: 'The table whose columns it is made from, in the schema entity.',
    read: ({ domain }) => domain.table,
  },
  {
    name: 'formula',
    description:
      'SQL for one figure of one day: over the rows of table_name with that metric_date and company_rows, or those of some entities.',
    read: (metric) => renderAggregate(metric, sumOf),
  },
  {
    name: 'company_rows',
    description: 'The rows that stand for the whole company; empty where all rows together are the company.',
    read: ({ domain }) => domain.company_rows ?? null,
  },
  {
    name: 'over_time',
    description:
      'last: of a period the figure of its last day, never a sum over days; sum: a flow, whose days add up.',
    read: ({ over_time }) => over_time,
  },
  {
    name: 'over_entities',
    description:
      'sum or average of the rows of a day, parts where the parts of the formula add up, none where several rows make no figure.',
    read: (metric) => (metric.type === 'simple' ? metric.over_entities : 'parts'),
  },
  {
    name: 'dimensions',
    description: 'Columns of table_name to group and filter by, with commas between them.',
    read: ({ domain }) =>
      [...new Set([...listDimensions(domain).values()].map(({ column }) => column))].join(', '),
  },
];

function renderCell(value: string | boolean | null): string {
  if (value === null) return 'cast(null as varchar)';
  return typeof value === 'string' ? quoteLiteral(value) : String(value);
}

/** The catalogue of metrics as a table beside those that hold their values. */
export function buildMetricTable({ metrics }: Catalogue): TablePlan {
  const rows = metrics.map((metric) => `(${COLUMNS.map(({ read }) => renderCell(read(metric))).join(', ')})`);
  const names = COLUMNS.map(({ name }) => name);
  return {
    schema: 'entity',
    name: 'metric_catalogue',
    description: 'One row per metric: what it means, its unit, how it is made and how it may be added up.',
    query: `select * from (values ${rows.join(', ')}) as catalogue (${names.join(', ')})`,
    descriptions: Object.fromEntries(COLUMNS.map(({ name, description }) => [name, description])),
    json: [],
    keys: [['domain', 'metric_name']],
    indexes: [],
  };
}
