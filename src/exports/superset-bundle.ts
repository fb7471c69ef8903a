import { buildCharts, type LeftOutTile } from './build-charts.ts';
import { buildDashboard } from './build-dashboard.ts';
import { type BundleTarget, buildDatasets } from './build-datasets.ts';
import { type BundleFiles, renderYaml } from './bundle-file.ts';
import type { ExportWorld } from './export-world.ts';
import { listGuideTemplates } from './guide-templates.ts';
import type { SupersetDatabase } from './superset-types.ts';
import { buildUuid } from './uuid.ts';

/** A bundle's files, and what is in it. */
export interface SupersetBundle {
  readonly files: BundleFiles;
  readonly datasets: number;
  readonly charts: number;
  readonly dashboards: number;
  readonly leftOut: readonly LeftOutTile[];
}

/** The folder that an import takes away from every path. */
const ROOT = 'tenure';

function buildDatabase({ name, uri }: BundleTarget): SupersetDatabase {
  return {
    database_name: name,
    sqlalchemy_uri: uri,
    cache_timeout: null,
    expose_in_sqllab: true,
    allow_run_async: false,
    allow_ctas: false,
    allow_cvas: false,
    allow_dml: false,
    extra: { allows_virtual_table_explore: true },
    uuid: buildUuid(`${name}/database`),
    version: '1.0.0',
  };
}

/** A name as a part of a path. */
function renderFileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]+/g, '_');
}

/**
 * Everything Superset imports, as files: a connection, a dataset for each published relation, the charts and the
 * dashboards, with the guide's four templates before ours. Their form is version 1.0.0 of Superset's own exports;
 * `metadata.yaml` has no `type`, so that the import of dashboards takes it as well as that of assets.
 */
export function buildSupersetBundle(world: ExportWorld, target: BundleTarget): SupersetBundle {
  const whole = { ...world, dashboards: [...listGuideTemplates(world.dashboards), ...world.dashboards] };
  const datasets = buildDatasets(whole, target);
  const charts = buildCharts(whole, target, datasets);
  const files = new Map<string, string>();
  const add = (path: string, value: unknown) => files.set(`${ROOT}/${path}.yaml`, renderYaml(value));
  const folder = renderFileName(target.name);
  add('metadata', { version: '1.0.0' });
  add(`databases/${folder}`, buildDatabase(target));
  for (const dataset of datasets) add(`datasets/${folder}/${dataset.table_name}`, dataset);
  for (const { dashboard, built } of charts)
    for (const { tile, chart } of built)
      add(`charts/${renderFileName(`${dashboard.name}-${tile.name}`)}`, chart);
  for (const one of charts)
    add(
      `dashboards/${renderFileName(one.dashboard.name)}`,
      buildDashboard(one, target, { datasets, label: world.label }),
    );
  return {
    files,
    datasets: datasets.length,
    charts: charts.reduce((count, { built }) => count + built.length, 0),
    dashboards: charts.length,
    leftOut: charts.flatMap(({ leftOut }) => leftOut),
  };
}
