import { type Engine, nameCommonTypes } from '../engines/index.ts';
import type { ExportDomain, ExportMetric, ExportRelation, ExportWorld } from '../exports/index.ts';
import {
  type Domain,
  findMetric,
  isSummable,
  listDimensions,
  type Metric,
  renderMeasure,
} from '../metrics/index.ts';
import { labelDimension } from './answer-tiles.ts';
import type { TenureContext } from './context.ts';
import { readDashboards } from './dashboards.ts';
import { readMetricCatalogue } from './definition-files.ts';
import { readProjectGuide } from './project-guide.ts';

/** The schemas of what is published, and what they hold. */
const KINDS: Readonly<Record<string, ExportRelation['kind']>> = { marts: 'mart', entity: 'metrics' };

function nameKind(metric: Metric): ExportMetric['kind'] {
  if (metric.type !== 'simple') return metric.type;
  return metric.over_entities === 'none' ? 'one' : metric.over_entities;
}

function buildMetric(metric: Metric): ExportMetric {
  const { least } = metric;
  return {
    name: metric.name,
    label: metric.label,
    description: metric.description.trim(),
    unit: metric.unit,
    isMultiple: metric.is_multiple === true,
    overTime: metric.over_time,
    isSummable: isSummable(metric),
    kind: nameKind(metric),
    least:
      least === undefined
        ? null
        : { column: least.column, oneEntity: least.one_entity, several: least.several },
    render: (parts) => renderMeasure(metric, parts),
  };
}

function buildDomain(domain: Domain, metrics: readonly Metric[]): ExportDomain {
  return {
    name: domain.domain,
    table: domain.table,
    entityType: domain.entity_type,
    entityId: domain.entity_id,
    entityName: domain.entity_name,
    companyRows: domain.company_rows ?? null,
    dimensions: [...listDimensions(domain)].map(([name, { column, rows }]) => ({
      name,
      column,
      rows: rows ?? null,
    })),
    metrics: metrics.filter((metric) => metric.domain === domain).map(buildMetric),
  };
}

/** One name for a type, whatever the engine calls it. */
function renderType(type: string): string {
  return type.toUpperCase().replace(/^(TEXT|CHARACTER VARYING)\b/, 'VARCHAR');
}

async function listRelations(context: TenureContext, engine: Engine): Promise<readonly ExportRelation[]> {
  const entries = [...readProjectGuide(context).entries.values()];
  const relations: ExportRelation[] = [];
  for (const { schema, name } of await engine.listRelations()) {
    const kind = KINDS[schema];
    if (kind === undefined) continue;
    const entry = entries.find((one) => one.name === name);
    const described = new Map(entry?.columns.map((column) => [column.name, column.description]));
    const columns = nameCommonTypes(await engine.listColumns(schema, name), engine);
    relations.push({
      kind,
      name,
      description: entry?.description.trim() ?? '',
      columns: columns.map((column) => ({
        name: column.name,
        type: renderType(column.type),
        description: described.get(column.name)?.trim() ?? '',
      })),
    });
  }
  return relations.sort((a, b) =>
    a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === 'metrics' ? -1 : 1,
  );
}

/**
 * What exports to other tools are made from: the dashboards, the metrics, and the marts and tables of metrics with their columns.
 *
 * @throws TenureError WAREHOUSE_MISSING, DEFINITION_INVALID
 */
export async function buildExportWorld(context: TenureContext, engine: Engine): Promise<ExportWorld> {
  const { domains, metrics } = readMetricCatalogue();
  const built = new Map(domains.map((domain) => [domain, buildDomain(domain, metrics)]));
  return {
    dashboards: await readDashboards(context.workspace, engine),
    domains: [...built.values()],
    relations: await listRelations(context, engine),
    label: labelDimension,
    findMetric: (name) => {
      const found = findMetric(readMetricCatalogue(), name);
      const domain = built.get(found.domain) as ExportDomain;
      return { domain, metric: domain.metrics.find((metric) => metric.name === found.name) as ExportMetric };
    },
  };
}
