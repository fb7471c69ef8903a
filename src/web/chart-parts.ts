import type { TileAnswer, TileColumn } from '../dashboards/index.ts';
import { renderFigure } from './browser/figure-text.js';

/**
 * An option of ECharts as JSON. Text that begins with `$` is made by the browser: `$series-1` a colour of the page's style,
 * `$unit:usd` a function that writes figures of the unit, `$tick:usd` one for labels of axes.
 */
export type ChartOption = Readonly<Record<string, unknown>>;

/** A chart, and where each of its points leads, in the order of `data`. */
export interface ChartPlan {
  readonly option: ChartOption;
  /** Shown in the middle of words: what the chart says. */
  readonly words: string;
}

export type Row = TileAnswer['rows'][number];

export const MOST_DIRECT_LABELS = 6;
export const TEXT = { color: '$quiet', fontSize: 12 };

export const listMeasures = ({ columns }: Pick<TileAnswer, 'columns'>): readonly TileColumn[] =>
  columns.filter(({ role }) => role === 'measure');
export const listDimensions = ({ columns }: Pick<TileAnswer, 'columns'>): readonly TileColumn[] =>
  columns.filter(({ role }) => role === 'dimension');

/** A figure of a row; null where it is unknown. */
export function readNumber(row: Row, name: string): number | null {
  const value = row[name];
  return value === null || value === undefined || value === '' ? null : Number(value);
}

export function labelRow(row: Row, column: TileColumn | undefined): string {
  if (column === undefined) return '';
  const value = row[column.name];
  return value === null || value === undefined ? 'unknown' : renderName(value, column);
}

/** A value as a reader sees it: a code such as `new_business` in words. */
export function renderName(value: unknown, { unit }: Pick<TileColumn, 'unit'>): string {
  const text = renderFigure(value, unit);
  return unit === 'text' && /^[a-z0-9]+(_[a-z0-9]+)+$/.test(text) ? text.replaceAll('_', ' ') : text;
}

export const AXIS = {
  axisLine: { lineStyle: { color: '$line' } },
  axisTick: { show: false },
  axisLabel: { ...TEXT, hideOverlap: true },
  splitLine: { lineStyle: { color: '$line', width: 0.75 } },
};

export function buildValueAxis(column: TileColumn | undefined, extra: object = {}): object {
  const unit = column?.unit ?? 'count';
  return {
    ...AXIS,
    type: 'value',
    scale: false,
    splitNumber: 4,
    axisLabel: { ...TEXT, formatter: `$tick:${unit}`, hideOverlap: true },
    ...extra,
  };
}

export const BASE = {
  animation: false,
  textStyle: { fontFamily: 'inherit' },
  backgroundColor: 'transparent',
  tooltip: {
    confine: true,
    backgroundColor: '$ground',
    borderColor: '$line',
    textStyle: { color: '$ink', fontSize: 12 },
  },
  aria: { enabled: false },
};

export const GRID = { left: 8, right: 16, top: 32, bottom: 8, containLabel: true };

export function buildLegend(names: readonly string[], right = 0): object {
  return {
    show: names.length > 1,
    data: names,
    top: 0,
    left: 0,
    right,
    type: 'scroll',
    itemWidth: 16,
    itemHeight: 8,
    textStyle: { color: '$ink', fontSize: 12 },
    pageIconColor: '$accent',
    pageTextStyle: { color: '$quiet' },
  };
}

/** Funnels in rows, one per stage; or the measures of the only row as stages. */
export function listStages(
  answer: TileAnswer,
): readonly { readonly name: string; readonly value: number | null; readonly unit: TileColumn['unit'] }[] {
  const measures = listMeasures(answer);
  const [category] = listDimensions(answer);
  const [measure] = measures;
  const [row] = answer.rows;
  if (category === undefined)
    return measures.map(({ name, label, unit }) => ({
      name: label,
      value: row === undefined ? null : readNumber(row, name),
      unit,
    }));
  return answer.rows.map((one) => ({
    name: labelRow(one, category),
    value: measure === undefined ? null : readNumber(one, measure.name),
    unit: measure?.unit ?? 'count',
  }));
}
