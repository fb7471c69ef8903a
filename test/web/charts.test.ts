import * as echarts from 'echarts';
import { describe, expect, it } from 'vitest';
import type { TileAnswer, TileColumn } from '../../src/dashboards/index.ts';
import { buildChart } from '../../src/web/chart-option.ts';
import { listStages } from '../../src/web/chart-parts.ts';
import { buildLink, joinAddress } from '../../src/web/tile-links.ts';

const column = (name: string, part: Partial<TileColumn> = {}): TileColumn => ({
  name,
  label: name,
  unit: 'count',
  role: 'measure',
  goodDirection: 'up',
  metric: null,
  unknown: null,
  comparison: null,
  ...part,
});

function answer(chart: TileAnswer['tile']['chart'], part: Partial<TileAnswer>): TileAnswer {
  return {
    tile: { name: 'tile', title: 'Tile', chart },
    columns: [],
    rows: [],
    isPartial: false,
    comparedWith: null,
    targets: {},
    ignored: [],
    warnings: [],
    missing: null,
    receipt: null,
    survival: null,
    ...part,
  };
}

interface Series {
  readonly name: string;
  readonly data: readonly unknown[];
  readonly lineStyle: { readonly type: unknown; readonly color: string };
}

function readSeries(tile: TileAnswer): readonly Series[] {
  return (buildChart(tile, [])?.option['series'] ?? []) as readonly Series[];
}

const MONTHS = [
  { period: '2026-01-01', mrr: 100, mrr__before: 80 },
  { period: '2026-02-01', mrr: 110, mrr__before: null },
  { period: '2026-03-01', mrr: 90, mrr__before: 85 },
];
const comparison = { before: 'mrr__before', change: 'c', pct: 'p' };
const LINE = answer('line', {
  columns: [
    column('period', { role: 'dimension', unit: 'month' }),
    column('mrr', { unit: 'usd', comparison }),
  ],
  rows: MONTHS,
  comparedWith: '3 months before',
});

describe('a line', () => {
  it('stands beside what it is compared with, grey and dashed; what is unknown is a gap', () => {
    const [own, before] = readSeries(LINE);
    expect([own?.data, own?.lineStyle.type]).toEqual([[100, 110, 90], 'solid']);
    expect([before?.name, before?.data]).toEqual(['mrr, 3 months before', [80, null, 85]]);
    expect([before?.lineStyle.type, before?.lineStyle.color]).toEqual(['dashed', '$quiet']);
  });

  it('is dashed in its last part while the period goes on', () => {
    const [whole, last, hovered] = readSeries({ ...LINE, isPartial: true });
    expect([whole?.data, last?.data, hovered?.data]).toEqual([
      [100, 110, null],
      [null, 110, 90],
      [100, 110, 90],
    ]);
    expect(last?.lineStyle.type).toEqual([4, 4]);
  });

  it('says in words how it went', () => {
    expect(buildChart(LINE, [])?.words).toBe('mrr fell from $100 to $90.');
    expect(buildChart({ ...LINE, rows: [] }, [])?.words).toBe('mrr is unknown.');
  });

  it('compares whole periods in words: one that goes on is no fall', () => {
    const words = (rows: typeof LINE.rows): string | undefined =>
      buildChart({ ...LINE, rows, isPartial: true }, [])?.words;
    expect(words(LINE.rows)).toBe('mrr rose from $100 to $110; $90 so far in the last period.');
    expect(words(LINE.rows.slice(2))).toBe('mrr is $90 so far in the last period.');
    expect(words([{ mrr: 100 }, { mrr: null }])).toBe('mrr stayed at $100.');
    expect(words([])).toBe('mrr is unknown.');
  });
});

describe('a gauge', () => {
  const gauge = (value: number, goodDirection: 'up' | 'down') =>
    answer('gauge', {
      columns: [column('rate', { unit: 'ratio', metric: 'sales.win_rate', goodDirection })],
      rows: [{ rate: value }],
    });
  it.each([
    [0.35, 'up', 'met'],
    [0.25, 'up', 'not met'],
    [0.25, 'down', 'met'],
    [0.35, 'down', 'not met'],
  ] as const)('of %s, better %s, is %s', (value, direction, word) => {
    const tile = { ...gauge(value, direction), targets: { 'sales.win_rate': 0.3 } };
    expect(buildChart(tile, [])?.words).toMatch(new RegExp(`: ${word}\\.$`));
  });

  it('is none without a target', () => expect(buildChart(gauge(0.3, 'up'), [])).toBeNull());
});

describe('a stacked bar', () => {
  it('loses nothing beyond six colours: the rest is one part', () => {
    const rows = Array.from({ length: 9 }, (_, place) => ({
      channel: `c${place}`,
      model: 'last',
      revenue: String(9 - place),
    }));
    const tile = answer('stacked_bar', {
      columns: [
        column('channel', { role: 'dimension', unit: 'text' }),
        column('model', { role: 'dimension', unit: 'text' }),
        column('revenue', { unit: 'usd' }),
      ],
      rows,
    });
    const series = readSeries(tile);
    expect(series.map(({ name }) => name)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'others']);
    expect(series.flatMap(({ data }) => data as number[]).reduce((sum, value) => sum + value, 0)).toBe(45);
  });
});

describe('a funnel', () => {
  it('has its stages in rows, or in the columns of one row', () => {
    const inRows = answer('funnel', {
      columns: [column('stage', { role: 'dimension', unit: 'text' }), column('n')],
      rows: [
        { stage: 'closed_won', n: 4 },
        { stage: 'proposal', n: null },
      ],
    });
    expect(listStages(inRows)).toEqual([
      { name: 'closed won', value: 4, unit: 'count' },
      { name: 'proposal', value: null, unit: 'count' },
    ]);
    const inColumns = answer('funnel', {
      columns: [column('clicks'), column('sessions')],
      rows: [{ clicks: 9, sessions: '3' }],
    });
    expect(listStages(inColumns).map(({ value }) => value)).toEqual([9, 3]);
  });
});

describe('where a row leads', () => {
  const tile = { ...answer('table', {}).tile, drill: '/customers?segment={segment}&plan_tier={plan_tier}' };
  it('holds its values, escaped, and what the page carries, which its own go before', () => {
    const row = { segment: 'a&b=c', plan_tier: 'growth' };
    expect(buildLink(tile, row, '?plan_tier=starter&industry=saas')).toBe(
      '/customers?segment=a%26b%3Dc&plan_tier=growth&industry=saas',
    );
  });
  it('is nowhere for a row that lacks one of them', () =>
    expect(buildLink(tile, { segment: 'x', plan_tier: null }, '')).toBeNull());
  it('may be a path', () => {
    expect(buildLink({ ...tile, drill: '/customers/{id}' }, { id: '../x/?y' }, '?range=12m')).toBe(
      '/customers/..%2Fx%2F%3Fy?range=12m',
    );
    expect(joinAddress('/customers', '')).toBe('/customers');
  });
});

describe('a ring', () => {
  const rows = ['high', 'medium', 'low'].map((segment, place) => ({ segment, buyers: 30 - 10 * place }));
  const chart = buildChart(
    answer('pie', {
      columns: [column('segment', { role: 'dimension', unit: 'text' }), column('buyers')],
      rows,
    }),
    [],
  );

  it.each([240, 300, 600, 1200])('lies beside its names in a card of %i px', (width) => {
    const drawn = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: 220 });
    drawn.setOption({ ...chart?.option, animation: false });
    // The first part begins at the top: the middle of the ring, and how far it reaches.
    const [, middle, reach] = /M([\d.]+) [\d.]+A([\d.]+) /.exec(drawn.renderToSVGString()) ?? [];
    drawn.dispose();
    expect(Number(middle) - Number(reach)).toBeGreaterThanOrEqual(0);
    expect(Number(middle) + Number(reach)).toBeLessThan(0.52 * width);
  });
});
