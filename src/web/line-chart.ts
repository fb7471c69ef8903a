import type { TileAnswer, TileColumn } from '../dashboards/index.ts';
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
} from './chart-parts.ts';

interface Line {
  readonly name: string;
  readonly column: TileColumn;
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly axis: number;
  readonly isComparison: boolean;
}

function buildLine(line: Line, isPartial: boolean): readonly object[] {
  const { name, column, values, colour, axis, isComparison } = line;
  const base = {
    type: 'line',
    name,
    yAxisIndex: axis,
    symbol: values.length > 31 ? 'none' : 'circle',
    showSymbol: values.length <= 31,
    symbolSize: 4,
    connectNulls: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: isComparison ? 1.5 : 2, type: isComparison ? 'dashed' : 'solid' },
    tooltip: { valueFormatter: `$unit:${column.unit}` },
    emphasis: { disabled: true },
    z: isComparison ? 1 : 3,
  };
  const last = values.length - 1;
  if (!isPartial || isComparison || last < 1) return [{ ...base, data: values }];
  // The last part of the line is of a period that goes on: it is dashed, as a line of its own. What hovers over them reads a
  // third one, which is whole and not seen.
  const silent = { ...base, tooltip: { show: false } };
  return [
    { ...silent, data: values.map((value, place) => (place === last ? null : value)) },
    {
      ...silent,
      data: values.map((value, place) => (place < last - 1 ? null : value)),
      lineStyle: { ...base.lineStyle, type: [4, 4] },
    },
    {
      ...base,
      data: values,
      symbol: 'none',
      showSymbol: false,
      lineStyle: { ...base.lineStyle, opacity: 0 },
    },
  ];
}

/** Measures of one unit share an axis; a second unit has the right one. */
function assignAxes(measures: readonly TileColumn[]): readonly number[] {
  const units = [...new Set(measures.map(({ unit }) => unit))];
  return measures.map(({ unit }) => Math.min(units.indexOf(unit), 1));
}

/** What a line did over its whole periods. One that goes on is told beside them: half a month is no fall. */
function describeTrend({ name, values, column }: Line, isPartial: boolean): string {
  const whole = isPartial ? values.slice(0, -1) : values;
  const known = whole.filter((value) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  const now = isPartial ? (values.at(-1) ?? null) : null;
  const render = (value: number): string => renderFigure(value, column.unit);
  const soFar = now === null ? null : `${render(now)} so far in the last period`;
  if (first === undefined || last === undefined) return `${name} is ${soFar ?? 'unknown'}.`;
  const verb = last > first ? 'rose' : last < first ? 'fell' : 'stayed';
  const trend =
    verb === 'stayed' ? `stayed at ${render(last)}` : `${verb} from ${render(first)} to ${render(last)}`;
  return `${name} ${trend}${soFar === null ? '' : `; ${soFar}`}.`;
}

export function buildLineChart(answer: TileAnswer): ChartPlan {
  const [time] = listDimensions(answer);
  const measures = listMeasures(answer);
  const axes = assignAxes(measures);
  const labels = answer.rows.map((row) => labelRow(row, time));
  const lines = measures.flatMap((column, place): readonly Line[] => {
    const values = answer.rows.map((row) => readNumber(row, column.name));
    const colour = `$series-${(place % 6) + 1}`;
    const own: Line = {
      name: column.label,
      column,
      values,
      colour,
      axis: axes[place] ?? 0,
      isComparison: false,
    };
    if (column.comparison === null || measures.length > 1) return [own];
    const { before } = column.comparison;
    const earlier = answer.rows.map((row) => readNumber(row, before));
    const name = `${column.label}, ${answer.comparedWith ?? 'before'}`;
    return [own, { ...own, name, values: earlier, colour: '$quiet', isComparison: true }];
  });
  const sides = [...new Set(axes)].map((side) => measures[axes.indexOf(side)]);
  return {
    option: {
      ...BASE,
      tooltip: { ...BASE.tooltip, trigger: 'axis' },
      grid: GRID,
      legend: buildLegend(lines.map(({ name }) => name)),
      xAxis: {
        ...AXIS,
        type: 'category',
        data: labels,
        boundaryGap: false,
        splitLine: { show: false },
        axisLabel: { ...AXIS.axisLabel, margin: 12, alignMinLabel: 'left', alignMaxLabel: 'right' },
      },
      yAxis: sides.map((column, side) =>
        buildValueAxis(
          column,
          side === 0 ? { scale: column?.unit !== 'count' } : { splitLine: { show: false } },
        ),
      ),
      series: lines.flatMap((line) => buildLine(line, answer.isPartial)),
    },
    words: lines
      .filter(({ isComparison }) => !isComparison)
      .map((line) => describeTrend(line, answer.isPartial))
      .join(' '),
  };
}
