import type { TileAnswer } from '../dashboards/index.ts';
import { renderFigure } from './browser/figure-text.js';
import {
  AXIS,
  BASE,
  buildLegend,
  buildValueAxis,
  type ChartPlan,
  GRID,
  labelRow,
  listDimensions,
  listMeasures,
  readNumber,
  TEXT,
} from './chart-parts.ts';

/** Room for labels on the left, in pixels: about 7 for a letter, at most 20 letters. */
function measureLabels(labels: readonly string[]): number {
  return 16 + 7 * Math.min(20, Math.max(4, ...labels.map((label) => label.length)));
}

export function buildBarChart(answer: TileAnswer, links: readonly (string | null)[]): ChartPlan {
  const [category] = listDimensions(answer);
  const [measure] = listMeasures(answer);
  const unit = measure?.unit ?? 'count';
  const labels = answer.rows.map((row) => labelRow(row, category));
  const data = answer.rows.map((row, place) => ({
    value: measure === undefined ? null : readNumber(row, measure.name),
    link: links[place] ?? null,
  }));
  const total = data.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const [first] = data;
  return {
    option: {
      ...BASE,
      tooltip: { ...BASE.tooltip, trigger: 'item', valueFormatter: `$unit:${unit}` },
      grid: { ...GRID, top: 4, left: measureLabels(labels), right: 64, containLabel: false, bottom: 28 },
      xAxis: buildValueAxis(measure, { splitNumber: 3 }),
      yAxis: {
        ...AXIS,
        type: 'category',
        data: labels,
        inverse: true,
        splitLine: { show: false },
        axisLabel: { ...TEXT, color: '$ink', width: 140, overflow: 'truncate' },
      },
      series: [
        {
          type: 'bar',
          name: measure?.label,
          data,
          barMaxWidth: 20,
          itemStyle: { color: '$series-1', borderRadius: [0, 2, 2, 0] },
          label: { show: true, position: 'right', color: '$ink', fontSize: 12, formatter: `$label:${unit}` },
          emphasis: { disabled: true },
          cursor: links.some((link) => link !== null) ? 'pointer' : 'default',
        },
      ],
    },
    words: `${labels[0] ?? ''}: ${renderFigure(first?.value, unit)}${unit === 'usd' || unit === 'count' ? ` of ${renderFigure(total, unit)}` : ''}.`,
  };
}

export function buildStackedChart(answer: TileAnswer): ChartPlan {
  const [category, part] = listDimensions(answer);
  const [measure] = listMeasures(answer);
  const unit = measure?.unit ?? 'count';
  const bars = [...new Set(answer.rows.map((row) => labelRow(row, part)))].sort();
  const sizes = new Map<string, number>();
  for (const row of answer.rows) {
    const name = labelRow(row, category);
    sizes.set(name, (sizes.get(name) ?? 0) + ((measure && readNumber(row, measure.name)) ?? 0));
  }
  const parts = [...sizes.keys()].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  // Beyond six colours nobody tells them apart: the rest is one part.
  const [shown, rest] = [parts.slice(0, 5), parts.slice(5)];
  const find = (bar: string, names: readonly string[]): number =>
    answer.rows
      .filter((row) => labelRow(row, part) === bar && names.includes(labelRow(row, category)))
      .reduce((sum, row) => sum + ((measure && readNumber(row, measure.name)) ?? 0), 0);
  const series = [
    ...shown.map((name) => [name, [name]] as const),
    ...(rest.length > 0 ? [['others', rest] as const] : []),
  ];
  return {
    option: {
      ...BASE,
      tooltip: { ...BASE.tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
      grid: { ...GRID, top: 32, left: measureLabels(bars), containLabel: false, bottom: 28 },
      legend: buildLegend(series.map(([name]) => name)),
      xAxis: buildValueAxis(measure, { splitNumber: 3 }),
      yAxis: {
        ...AXIS,
        type: 'category',
        data: bars,
        inverse: true,
        splitLine: { show: false },
        axisLabel: { ...TEXT, color: '$ink' },
      },
      series: series.map(([name, names], place) => ({
        type: 'bar',
        name,
        stack: 'all',
        barMaxWidth: 24,
        data: bars.map((bar) => find(bar, names)),
        itemStyle: { color: place < 5 ? `$series-${place + 1}` : '$quiet' },
        tooltip: { valueFormatter: `$unit:${unit}` },
        emphasis: { disabled: true },
      })),
    },
    words: `${parts.length} ${category?.label.toLowerCase() ?? 'part'}s; the largest is ${parts[0] ?? 'unknown'}.`,
  };
}
