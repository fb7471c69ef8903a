import { renderAggregate } from './aggregate-store.ts';
import { type Catalogue, type Domain, isSummable, type Metric } from './catalogue.ts';

const HEADER = '-- Written from dbt/catalogue by `npm run docs`: a metric is defined there, once.\n';
const WIDTH = 118;

function listMetrics(catalogue: Catalogue, domain: Domain): readonly Metric[] {
  return catalogue.metrics.filter((metric) => metric.domain === domain);
}

/** The metrics that are there for the company: all where it has rows, else those its rows add up to. */
function listCompanyMetrics(catalogue: Catalogue, domain: Domain): readonly Metric[] {
  const metrics = listMetrics(catalogue, domain);
  return domain.company_rows === undefined ? metrics.filter(isSummable) : metrics;
}

/** Jinja lists in lines of up to `WIDTH` characters. */
function renderItems(items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length + 3 <= WIDTH)
      lines[lines.length - 1] = `${last} ${item},`;
    else lines.push(`    ${item},`);
  }
  return lines.join('\n').replace(/,$/, '');
}

function renderMetricList(name: string, metrics: readonly Metric[]): string {
  const items = metrics.map((metric) => `['${metric.name}', '${metric.unit}', '${metric.importance_tier}']`);
  return `{%- set ${name} = [\n${renderItems(items)}\n] %}`;
}

function renderImport(model: string): string {
  return `${model} as (\n    select * from {{ ref('${model}') }}\n)`;
}

const RESTATED = "restated as (\n    select * from {{ ref('int_restated_customers') }}\n)";

/** The rows of customers that a build states again; all in a build of all days. */
function renderRestated(model: string): string {
  return `${model} as (\n    {{ restated_rows(ref('${model}')) }}\n)`;
}

/** One `select` per metric, which reads one column. */
function renderSelects(options: {
  readonly list: string;
  readonly from: string;
  readonly columns: readonly string[];
  readonly rows?: string | undefined;
  readonly isFirst: boolean;
}): string {
  const { list, from, columns, rows, isFirst } = options;
  const conditions = ['{{ name }} is not null', ...(rows === undefined ? [] : [rows])];
  const joiner = isFirst ? '    {% if not loop.first %}union all{% endif %}' : '    union all';
  return `    {%- for name, unit, importance_tier in ${list} %}
${joiner}
    select
${columns.map((column) => `        ${column}`).join(',\n')}
    from ${from}
    where ${conditions.join(' and ')}
    {%- endfor %}`;
}

/** How a long table takes its rows from each domain. */
interface LongTable {
  readonly tableOf: (domain: Domain) => string;
  readonly rowsOf: (domain: Domain) => string | undefined;
  readonly metricsOf: (domain: Domain) => readonly Metric[];
  /** The columns that say whose value it is. */
  readonly entityOf: (domain: Domain) => readonly string[];
  /** True when customers' values stay from build to build, and only those of restated days are written. */
  readonly isKept: boolean;
}

/** Every metric of every domain as rows: the lists, the imports and one `select` per metric. */
function renderLongTable({ domains }: Catalogue, table: LongTable): string {
  const lists = domains.map((domain) => renderMetricList(domain.domain, table.metricsOf(domain)));
  const selects = domains.map((domain, index) =>
    renderSelects({
      list: domain.domain,
      from: table.tableOf(domain),
      rows: table.rowsOf(domain),
      isFirst: index === 0,
      columns: [
        'metric_date',
        `'${domain.domain}' as domain`,
        ...table.entityOf(domain),
        "'{{ name }}' as metric_name",
        '{{ to_float(name) }} as metric_value',
        "'{{ unit }}' as unit, '{{ importance_tier }}' as importance_tier",
        'is_partial',
      ],
    }),
  );
  const isKept = (domain: Domain) => table.isKept && domain.entity_id === 'customer_id';
  const imports = [
    ...(domains.some(isKept) ? [RESTATED] : []),
    ...domains.filter((domain) => !isKept(domain)).map((domain) => renderImport(table.tableOf(domain))),
    ...domains.filter(isKept).map((domain) => renderRestated(table.tableOf(domain))),
  ];
  // A question about one day or month then reads a small part of a large table.
  const order = table.isKept ? '\n    order by metric_date' : '';
  return `${HEADER}${lists.join('\n')}
with ${imports.join(',\n\n')},

final as (
${selects.join('\n')}${order}
)

select * from final
`;
}

/** `metrics_unified_domains`: every metric of every domain as rows, one entity type per domain. */
export function renderUnifiedModel(catalogue: Catalogue): string {
  const hook = `{{ forget_restated_values(this, var("entity_history_days")) }}`;
  const text = renderLongTable(catalogue, {
    tableOf: (domain) => domain.table,
    rowsOf: (domain) => domain.unified_rows,
    metricsOf: (domain) => listMetrics(catalogue, domain),
    entityOf: (domain) => [
      `'${domain.unified_entity_type ?? domain.entity_type}' as entity_type`,
      `${domain.entity_id} as entity_id`,
      `${domain.entity_name} as entity_name`,
    ],
    isKept: true,
  });
  const indexes = `[{'columns': ['metric_date'], 'type': 'brin'}]`;
  return `{{ config(materialized='incremental', incremental_strategy='append', indexes=${indexes}, pre_hook='${hook}') }}\n\n${text}`;
}

/** `int_company_<domain>`: the rows of a domain that has none for the company, added up by day. */
export function renderCompanyModel(catalogue: Catalogue, domain: Domain): string {
  const history = domain.history ?? domain.table;
  const renderSum = (column: string) => `{{ sum_exact('${column}') }}`;
  const columns = listCompanyMetrics(catalogue, domain).map(
    (metric) => `        ${renderAggregate(metric, renderSum)} as ${metric.name}`,
  );
  return `{{ config(materialized='table') }}

${HEADER}with ${renderImport(history)},

final as (
    select
        metric_date,
        is_partial,
${columns.join(',\n')}
    from ${history}
    where metric_date > {{ add_days(as_of(), 0 - var('company_history_days')) }}
    group by metric_date, is_partial
)

select * from final
`;
}

/** `int_company_metric_days`: every metric of the company as rows. */
export function renderCompanyMetricsModel(catalogue: Catalogue): string {
  const text = renderLongTable(catalogue, {
    tableOf: (domain) => (domain.company_rows === undefined ? `int_company_${domain.domain}` : domain.table),
    rowsOf: (domain) => domain.company_rows,
    metricsOf: (domain) => listCompanyMetrics(catalogue, domain),
    entityOf: () => [],
    isKept: false,
  });
  return `{{ config(materialized='table') }}\n\n${text}`;
}

function renderColumn(name: string, description: string, tests: readonly string[] = []): string {
  const lines = [`      - name: ${name}`, `        description: ${JSON.stringify(description.trim())}`];
  if (tests.length > 0) lines.push('        data_tests:', ...tests.map((test) => `          - ${test}`));
  return lines.join('\n');
}

/** The YAML of the models of the company: the descriptions of the metrics once more, as those of columns. */
export function renderCompanyProperties(catalogue: Catalogue): string {
  const day = renderColumn('metric_date', 'The day, UTC.', ['not_null', 'unique']);
  const isPartial = renderColumn('is_partial', 'True when the day was not over at the build.', ['not_null']);
  const added = catalogue.domains.filter((domain) => domain.company_rows === undefined);
  const wide = added.map((domain) => {
    const columns = listCompanyMetrics(catalogue, domain).map((metric) =>
      renderColumn(metric.name, metric.description),
    );
    return `  - name: int_company_${domain.domain}
    description: One row per day of the company, added up over the rows of ${domain.history ?? domain.table}.
    columns:
${[day, isPartial, ...columns].join('\n')}`;
  });
  return `version: 2

# Written from dbt/catalogue by \`npm run docs\`.
models:
${wide.join('\n\n')}

  - name: int_company_metric_days
    description: One row per domain, metric and day on which the metric of the company is known.
    columns:
${[
  renderColumn('metric_date', 'The day, UTC.', ['not_null']),
  renderColumn('domain', 'customer_success, sales, product or marketing.', ['not_null']),
  renderColumn('metric_name', 'The metric.', ['not_null']),
  renderColumn('metric_value', 'Its value for the company, in its unit.', ['not_null']),
  renderColumn('unit', 'Unit of the value.', ['not_null']),
  renderColumn('importance_tier', 'tier_1 to tier_3.', ['not_null']),
  isPartial,
].join('\n')}
`;
}

function quoteCsv(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** The seed `metric_catalogue`: the catalogue as a table, for models and for BI tools. */
export function renderCatalogueSeed(catalogue: Catalogue): string {
  const header =
    'place,domain,metric_name,label,description,unit,good_direction,importance_tier,owner,over_time';
  const lines = catalogue.metrics.map((metric, index) =>
    [
      String(index + 1),
      metric.domain.domain,
      metric.name,
      metric.label,
      metric.description.trim(),
      metric.unit,
      metric.good_direction,
      metric.importance_tier,
      metric.owner,
      metric.over_time,
    ]
      .map(quoteCsv)
      .join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

/** The seed `metric_requirements`: which sources each column of a metrics table is made from, and how far it looks back. */
export function renderRequirementsSeed(catalogue: Catalogue): string {
  const lines = catalogue.metrics.flatMap((metric) => {
    const start = `${metric.domain.table},${metric.name}`;
    return Object.entries(metric.needs).map(([source, days]) => `${start},${source},${days ?? ''}`);
  });
  return `${['model_name,column_name,source_name,window_days', ...lines].join('\n')}\n`;
}

/** A generated file of the dbt project, from its root. */
export interface GeneratedModel {
  readonly path: string;
  readonly text: string;
}

/** Every model that is written from the catalogue. */
export function listGeneratedModels(catalogue: Catalogue): readonly GeneratedModel[] {
  const added = catalogue.domains.filter((domain) => domain.company_rows === undefined);
  return [
    { path: 'models/intermediate/company/_company.yml', text: renderCompanyProperties(catalogue) },
    { path: 'seeds/metric_catalogue.csv', text: renderCatalogueSeed(catalogue) },
    { path: 'seeds/metric_requirements.csv', text: renderRequirementsSeed(catalogue) },
    { path: 'models/metrics/metrics_unified_domains.sql', text: renderUnifiedModel(catalogue) },
    {
      path: 'models/intermediate/company/int_company_metric_days.sql',
      text: renderCompanyMetricsModel(catalogue),
    },
    ...added.map((domain) => ({
      path: `models/intermediate/company/int_company_${domain.domain}.sql`,
      text: renderCompanyModel(catalogue, domain),
    })),
  ];
}
