import type { TileAnswer } from '../dashboards/index.ts';
import { renderFigure } from './browser/figure-text.js';
import {
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

/** More nobody compares by their angles. */
const MOST_SLICES = 5;

export function buildPieChart(answer: TileAnswer): ChartPlan {
  const [category] = listDimensions(answer);
  const [measure] = listMeasures(answer);
  const unit = measure?.unit ?? 'count';
  const parts = answer.rows.slice(0, MOST_SLICES).map((row) => ({
    name: labelRow(row, category),
    value: measure === undefined ? null : readNumber(row, measure.name),
  }));
  const total = parts.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const share = (value: number | null) => renderFigure(total === 0 ? null : (value ?? 0) / total, 'ratio');
  const data = parts.map(({ name, value }, place) => ({
    name: `${name}  ${share(value)}`,
    value,
    itemStyle: { color: `$series-${place + 1}` },
  }));
  // Beside the ring, where no two names can meet.
  const legend = {
    type: 'plain',
    orient: 'vertical',
    left: '52%',
    top: 'middle',
    itemGap: 14,
    icon: 'roundRect',
    itemWidth: 10,
    itemHeight: 10,
  };
  return {
    option: {
      ...BASE,
      tooltip: { ...BASE.tooltip, trigger: 'item', valueFormatter: `$unit:${unit}` },
      legend: { ...buildLegend(data.map(({ name }) => name)), ...legend },
      series: [
        {
          type: 'pie',
          name: measure?.label,
          // The left half is its own, so that the ring shrinks with a narrow card.
          right: '50%',
          radius: ['50%', '88%'],
          data,
          itemStyle: { borderColor: '$ground', borderWidth: 2 },
          label: { show: false },
          emphasis: { disabled: true },
        },
      ],
    },
    words: `${parts.map(({ name, value }) => `${name} ${share(value)}`).join(', ')}.`,
  };
}

export function buildScatterChart(answer: TileAnswer, links: readonly (string | null)[]): ChartPlan {
  const [x, y, size] = listMeasures(answer);
  const [label] = listDimensions(answer);
  if (x === undefined || y === undefined) return { option: BASE, words: '' };
  const sizes = answer.rows.map((row) => (size === undefined ? 1 : (readNumber(row, size.name) ?? 0)));
  const most = Math.max(1, ...sizes);
  const points = answer.rows.flatMap((row, place) => {
    const [a, b] = [readNumber(row, x.name), readNumber(row, y.name)];
    if (a === null || b === null) return [];
    const round = (value: number) => Math.round(value * 10) / 10;
    return [
      {
        name: labelRow(row, label),
        value: [round(a), round(b), Math.round(sizes[place] ?? 0)],
        symbolSize: Math.round(4 + 20 * Math.sqrt((sizes[place] ?? 0) / most)),
        link: links[place] ?? null,
      },
    ];
  });
  return {
    option: {
      ...BASE,
      tooltip: {
        ...BASE.tooltip,
        trigger: 'item',
        formatter: `$point:${[x, y, size].map((column) => (column === undefined ? '' : `${column.label}|${column.unit}`)).join(';')}`,
      },
      grid: { ...GRID, top: 12, left: 28, bottom: 28 },
      xAxis: buildValueAxis(x, {
        name: x.label,
        nameLocation: 'middle',
        nameGap: 24,
        nameTextStyle: TEXT,
        scale: true,
      }),
      yAxis: buildValueAxis(y, {
        name: y.label,
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: TEXT,
        scale: true,
      }),
      series: [
        {
          type: 'scatter',
          data: points,
          itemStyle: { color: '$series-1', opacity: 0.45 },
          emphasis: { itemStyle: { opacity: 1 } },
          cursor: 'pointer',
        },
      ],
    },
    words: `${points.length} points; correlation ${renderFigure(correlate(points.map(({ value }) => value)), 'number')}.`,
  };
}

/** Pearson's correlation of the first two coordinates; null where one does not vary. */
function correlate(points: readonly (readonly number[])[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [xs, ys] = [points.map(([x = 0]) => x), points.map(([, y = 0]) => y)];
  const [mx, my] = [mean(xs), mean(ys)];
  const sum = (pick: (place: number) => number) => xs.reduce((total, _, place) => total + pick(place), 0);
  const sx = sum((place) => ((xs[place] ?? 0) - mx) ** 2);
  const sy = sum((place) => ((ys[place] ?? 0) - my) ** 2);
  if (!(sx > 0 && sy > 0)) return null;
  return sum((place) => ((xs[place] ?? 0) - mx) * ((ys[place] ?? 0) - my)) / Math.sqrt(sx * sy);
}

export function buildGauge(answer: TileAnswer): ChartPlan | null {
  const [measure] = listMeasures(answer);
  const [row] = answer.rows;
  if (measure === undefined || row === undefined) return null;
  const [value, target] = [readNumber(row, measure.name), answer.targets[measure.metric ?? '']];
  if (value === null || target === undefined) return null;
  const most = Math.max(value, target) * 1.25;
  const isMet = measure.goodDirection === 'down' ? value <= target : value >= target;
  const [at, mark, colour] = [value / most, target / most, isMet ? '$good' : '$warn'];
  // The mark of the target is a part of the ring.
  const [before, after] = [mark - 0.006, mark + 0.006];
  const ring =
    at < before
      ? [
          [at, colour],
          [before, '$line'],
          [after, '$ink'],
          [1, '$line'],
        ]
      : [
          [before, colour],
          [after, '$ink'],
          [Math.max(at, after), colour],
          [1, '$line'],
        ];
  return {
    option: {
      ...BASE,
      series: [
        {
          type: 'gauge',
          min: 0,
          max: most,
          startAngle: 200,
          endAngle: -20,
          radius: '112%',
          center: ['50%', '66%'],
          axisLine: { lineStyle: { width: 14, color: ring } },
          axisTick: { show: false },
          splitLine: { show: false },
          axisLabel: { show: false },
          pointer: { show: false },
          anchor: { show: false },
          title: { offsetCenter: [0, '24%'], color: '$quiet', fontSize: 12 },
          detail: {
            offsetCenter: [0, '-8%'],
            fontSize: 28,
            fontWeight: 'normal',
            color: '$ink',
            formatter: `$unit:${measure.unit}`,
          },
          data: [{ value, name: `target ${renderFigure(target, measure.unit)}` }],
        },
      ],
    },
    words: `${renderFigure(value, measure.unit)}, target ${renderFigure(target, measure.unit)}: ${isMet ? 'met' : 'not met'}.`,
  };
}
