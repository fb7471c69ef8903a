import type { SurvivalLine, TileAnswer, TileColumn } from '../dashboards/index.ts';
import { renderFigure } from './browser/figure-text.js';
import {
  BASE,
  buildLegend,
  buildValueAxis,
  type ChartPlan,
  GRID,
  MOST_DIRECT_LABELS,
  TEXT,
} from './chart-parts.ts';

/** A group's curve: the band of its interval, the steps, a tick where somebody is seen no longer. */
function buildGroup(line: SurvivalLine, place: number): readonly object[] {
  const colour = `$series-${place + 1}`;
  const points = [{ day: 0, survival: 1, low: 1, high: 1, censored: 0 }, ...line.steps];
  const common = {
    type: 'line',
    step: 'end',
    symbol: 'none',
    name: line.name,
    itemStyle: { color: colour },
    emphasis: { disabled: true },
  };
  return [
    {
      ...common,
      stack: `band-${place}`,
      lineStyle: { opacity: 0 },
      data: points.map(({ day, low }) => [day, low]),
      silent: true,
      tooltip: { show: false },
    },
    {
      ...common,
      stack: `band-${place}`,
      lineStyle: { opacity: 0 },
      areaStyle: { color: colour, opacity: 0.12 },
      data: points.map(({ day, low, high }) => [day, high - low]),
      silent: true,
      tooltip: { show: false },
    },
    {
      ...common,
      lineStyle: { color: colour, width: 2 },
      data: points.map(({ day, survival: share }) => [day, share]),
      tooltip: { valueFormatter: '$unit:ratio' },
      z: 5,
    },
    {
      type: 'scatter',
      name: line.name,
      symbol: 'rect',
      symbolSize: [1, 8],
      itemStyle: { color: colour, opacity: 0.7 },
      data: points.filter(({ censored }) => censored > 0).map(({ day, survival: share }) => [day, share]),
      silent: true,
      tooltip: { show: false },
      z: 4,
    },
  ];
}

export function buildSurvivalChart({ survival }: TileAnswer): ChartPlan {
  const lines = survival ?? [];
  const series = lines.slice(0, MOST_DIRECT_LABELS).flatMap(buildGroup);
  return {
    option: {
      ...BASE,
      tooltip: { ...BASE.tooltip, trigger: 'axis', axisPointer: { type: 'line' } },
      grid: { ...GRID, bottom: 28 },
      legend: buildLegend(lines.map(({ name }) => name)),
      xAxis: {
        ...buildValueAxis(undefined),
        name: 'Days since signup',
        axisPointer: { label: { formatter: '$day:' } },
        nameLocation: 'middle',
        nameGap: 24,
        nameTextStyle: TEXT,
        splitLine: { show: false },
      },
      yAxis: buildValueAxis({ unit: 'ratio' } as TileColumn, { min: 0, max: 1, interval: 0.25 }),
      series,
    },
    words: lines
      .map(
        ({ name, customers, events, median }) =>
          `${name}: ${renderFigure(customers, 'count')} customers, ${renderFigure(events, 'count')} left${median === null ? ', fewer than half so far' : `, half within ${renderFigure(median, 'count')} days`}.`,
      )
      .join(' '),
  };
}
