import type { BundleTarget } from './build-datasets.ts';
import { buildChartParams } from './chart-params.ts';
import type { ExportDashboard, ExportTile, ExportWorld } from './export-world.ts';
import { type ChartPlan, planChart } from './plan-chart.ts';
import type { SupersetChart, SupersetDataset } from './superset-types.ts';
import { buildUuid } from './uuid.ts';

/** A tile that became a chart. */
export interface BuiltChart {
  readonly tile: ExportTile;
  readonly plan: ChartPlan;
  readonly chart: SupersetChart;
  /** The number that stands for it within the bundle, until an import gives it its own. */
  readonly id: number;
}

/** A tile that has no counterpart in Superset. */
export interface LeftOutTile {
  readonly dashboard: string;
  readonly title: string;
  readonly reason: string;
}

export interface DashboardCharts {
  readonly dashboard: ExportDashboard;
  readonly built: readonly BuiltChart[];
  readonly leftOut: readonly LeftOutTile[];
}

function describeChart(tile: ExportTile, dashboard: ExportDashboard, plan: ChartPlan): string {
  const source =
    tile.ask === undefined
      ? `rows of the mart ${tile.model?.name}`
      : `${tile.ask.metrics.join(', ')} of the metrics catalogue, from ${plan.dataset}`;
  const day = tile.ask !== undefined && !plan.isTimed ? ' Of the latest day, whatever range is chosen.' : '';
  return `${tile.note === undefined ? '' : `${tile.note} `}From Tenure: tile ${tile.name} of ${dashboard.name}; ${source}.${day}`;
}

/** The charts of all dashboards, numbered from 1. */
export function buildCharts(
  world: ExportWorld,
  target: BundleTarget,
  datasets: readonly SupersetDataset[],
): readonly DashboardCharts[] {
  const known = new Map(datasets.map((dataset) => [dataset.table_name, dataset]));
  let id = 0;
  return world.dashboards.map((dashboard) => {
    const built: BuiltChart[] = [];
    const leftOut: LeftOutTile[] = [];
    for (const tile of dashboard.tiles) {
      const plan = planChart(world, tile);
      const dataset = 'leftOut' in plan ? undefined : known.get(plan.dataset);
      if ('leftOut' in plan || dataset === undefined) {
        const reason = 'leftOut' in plan ? plan.leftOut : `${plan.dataset} is not in the warehouse`;
        leftOut.push({ dashboard: dashboard.name, title: tile.title, reason });
        continue;
      }
      id += 1;
      const params = buildChartParams(plan, dataset.main_dttm_col);
      const chart: SupersetChart = {
        slice_name: tile.title,
        description: describeChart(tile, dashboard, plan),
        viz_type: params.viz_type,
        params,
        cache_timeout: null,
        uuid: buildUuid(`${target.name}/chart/${dashboard.name}/${tile.name}`),
        version: '1.0.0',
        dataset_uuid: dataset.uuid,
      };
      built.push({ tile, plan, chart, id });
    }
    return { dashboard, built, leftOut };
  });
}
