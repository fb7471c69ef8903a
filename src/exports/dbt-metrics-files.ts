import { type BundleFiles, renderYaml } from './bundle-file.ts';
import { buildSemanticDomains, type LeftOutMetric } from './dbt-metrics.ts';
import { renderTimeSpine } from './dbt-metrics-store.ts';
import type { ExportWorld } from './export-world.ts';

/** The files of a folder for a dbt project, and what is in them. */
export interface DbtMetricsFiles {
  readonly files: BundleFiles;
  readonly semanticModels: number;
  readonly metrics: number;
  readonly leftOut: readonly LeftOutMetric[];
}

const TIME_SPINE = 'tenure_time_spine';

/** The catalogue as YAML of dbt's semantic layer, one file for each domain, and the model of days it needs. */
export function buildDbtMetrics(world: ExportWorld): DbtMetricsFiles {
  const domains = buildSemanticDomains(world);
  const spine = {
    version: 2,
    models: [
      {
        name: TIME_SPINE,
        description: 'One row per day that the tables of metrics have.',
        time_spine: { standard_granularity_column: 'date_day' },
        columns: [{ name: 'date_day', description: 'The day.', granularity: 'day' }],
      },
    ],
  };
  const files = new Map<string, string>([
    [
      `${TIME_SPINE}.sql`,
      renderTimeSpine(world.domains.find(({ companyRows }) => companyRows !== null)?.table ?? ''),
    ],
    [`${TIME_SPINE}.yml`, renderYaml(spine)],
    ...domains.map(
      ({ semanticModel, metrics }) =>
        [
          `semantic_${semanticModel.name}.yml`,
          renderYaml({ version: 2, semantic_models: [semanticModel], metrics }),
        ] as const,
    ),
  ]);
  return {
    files,
    semanticModels: domains.length,
    metrics: domains.reduce((count, { metrics }) => count + metrics.length, 0),
    leftOut: domains.flatMap(({ leftOut }) => leftOut),
  };
}
