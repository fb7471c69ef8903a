import type { TileAnswer } from '../dashboards/index.ts';
import { buildBarChart, buildStackedChart } from './bar-charts.ts';
import type { ChartPlan } from './chart-parts.ts';
import { buildLineChart } from './line-chart.ts';
import { buildGauge, buildPieChart, buildScatterChart } from './point-charts.ts';
import { buildSurvivalChart } from './survival-chart.ts';

/**
 * The chart of a tile. Null where it is none of ECharts': numbers, tables, heat maps and funnels are HTML.
 *
 * @param links where each row leads
 */
export function buildChart(answer: TileAnswer, links: readonly (string | null)[]): ChartPlan | null {
  const { chart } = answer.tile;
  if (chart === 'line') return buildLineChart(answer);
  if (chart === 'bar') return buildBarChart(answer, links);
  if (chart === 'stacked_bar') return buildStackedChart(answer);
  if (chart === 'pie') return buildPieChart(answer);
  if (chart === 'scatter') return buildScatterChart(answer, links);
  if (chart === 'gauge') return buildGauge(answer);
  if (chart === 'survival') return buildSurvivalChart(answer);
  return null;
}
