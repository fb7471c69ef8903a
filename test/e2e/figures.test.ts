import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricQuery } from '../../src/app/index.ts';
import { type ServedDemo, serveDemo } from '../http/served-demo.ts';
import { listElements, readAttribute, readText } from '../shared/page-reader.ts';

/** Addresses that a page is asked for: filters, other ranges, other days, other comparisons. */
const ADDRESSES: readonly {
  readonly search: string;
  readonly time: NonNullable<MetricQuery['time']>;
  readonly filters: readonly (readonly [string, readonly string[]])[];
}[] = [
  { search: '', time: { range: 'last 90 days' }, filters: [] },
  { search: '?range=12m&compare=previous_year', time: { range: 'last 12 months' }, filters: [] },
  { search: '?as_of=2025-12-31&range=30d', time: { range: 'last 30 days', asOf: '2025-12-31' }, filters: [] },
  {
    search: '?plan_tier=growth&compare=none',
    time: { range: 'last 90 days' },
    filters: [['plan_tier', ['growth']]],
  },
  {
    search: '?plan_tier=growth&plan_tier=starter&industry=fintech',
    time: { range: 'last 90 days' },
    filters: [
      ['plan_tier', ['growth', 'starter']],
      ['industry', ['fintech']],
    ],
  },
];

let demo: ServedDemo;
beforeAll(async () => {
  demo = await serveDemo();
});
afterAll(() => demo.close());

async function fetchText(path: string): Promise<string> {
  const response = await fetch(`${demo.url}${path}`, { headers: { accept: 'text/html' } });
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
}

/** The figures a page says it shows: metric → value. */
function readFigures(html: string): readonly (readonly [string, number])[] {
  return listElements(html).flatMap((element) => {
    const [metric, value] = [readAttribute(element, 'data-metric'), readAttribute(element, 'data-value')];
    return metric === null || value === null ? [] : [[metric, Number(value)] as const];
  });
}

/** What the metrics layer says: asked anew, of each metric by itself, with those filters its domain has. */
async function askFigure(
  metric: string,
  { time, filters }: Pick<(typeof ADDRESSES)[number], 'time' | 'filters'>,
): Promise<unknown> {
  const { dimensions } = demo.tenure.metrics.show(metric);
  const { rows } = await demo.tenure.metrics.query({
    metrics: [metric],
    time,
    filters: filters
      .filter(([member]) => dimensions.includes(member))
      .map(([member, values]) => ({ member, operator: 'equals', values: [...values] })),
  });
  return rows[0]?.[metric];
}

describe('the figures of the pages', () => {
  it.each(ADDRESSES)('are those of the metrics layer for the same address: $search', async (address) => {
    let compared = 0;
    for (const { name } of await demo.tenure.dashboards.list()) {
      const page = await demo.tenure.dashboards.find(name);
      const filters = address.filters.filter(([member]) => page.filters.includes(member));
      const figures = readFigures(await fetchText(`/dashboards/${name}${address.search}`));
      for (const [metric, value] of figures) {
        expect([name, metric, value]).toEqual([
          name,
          metric,
          await askFigure(metric, { ...address, filters }),
        ]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(12);
  });

  it('are in the catalogue those of the company today', async () => {
    const figures = readFigures(await fetchText('/catalogue'));
    expect(figures.length).toBeGreaterThan(80);
    for (const [metric, value] of figures) {
      const { rows } = await demo.tenure.metrics.query({ metrics: [metric] });
      expect([metric, value]).toEqual([metric, rows[0]?.[metric]]);
    }
  });

  it('of every chart and table are, row by row, what its question asked anew answers', async () => {
    let compared = 0;
    for (const { name } of await demo.tenure.dashboards.list()) {
      const { tiles } = await demo.tenure.dashboards.find(name);
      for (const { name: tile, ask } of tiles) {
        if (ask === undefined) continue;
        const [head = '', ...lines] = (await fetchText(`/dashboards/${name}/${tile}.csv`))
          .trim()
          .split('\r\n');
        const columns = head.split(',');
        const every = ask.every === 'auto' ? 'day' : ask.every;
        const { rows } = await demo.tenure.metrics.query({
          metrics: ask.metrics,
          dimensions: [...ask.by, ...ask.keys],
          time: {
            range: ask.range ?? 'last 90 days',
            ...(every === undefined ? {} : { granularity: every }),
          },
          filters: ask.filters,
          order: ask.order,
          limit: ask.limit,
        });
        expect([name, tile, lines.length]).toEqual([name, tile, rows.length]);
        for (const metric of ask.metrics) {
          const place = columns.indexOf(metric);
          // Names may hold commas, figures never do: they are counted from the end.
          const fromEnd = columns.length - place;
          const shown = lines.map((line) => line.split(',').at(-fromEnd)).sort();
          expect([name, tile, metric, shown]).toEqual([
            name,
            tile,
            metric,
            rows.map((row) => String(row[metric] ?? '')).sort(),
          ]);
          compared += shown.length;
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('that are unknown are a dash with a reason', async () => {
    const html = await fetchText('/dashboards/product?plan_tier=growth&plan_tier=starter');
    const tile = listElements(html).find((element) => readAttribute(element, 'data-tile') === 'mau');
    const text = tile === undefined ? '' : readText(tile);
    expect(text).toContain('—');
    expect(text).toContain('does not make one figure');
  });
});

describe('the links of a page', () => {
  it('carry its whole state along, to each figure and to what it is made of', async () => {
    const [owner] = await demo.tenure.metrics
      .query({
        metrics: ['total_pipeline_value'],
        dimensions: ['owner_name'],
        order: [['total_pipeline_value', 'desc']],
      })
      .then(({ rows }) => rows.map((row) => String(row['owner_name'])));
    const search = new URLSearchParams({ range: '12m', as_of: '2026-02-28', owner_name: owner ?? '' });
    const elements = listElements(await fetchText(`/dashboards/sales?${search}`));
    const links = elements.flatMap((element) => {
      const href = element.tagName === 'a' ? readAttribute(element, 'href') : null;
      return href?.startsWith('/dashboards/sales/') ? [new URL(href, demo.url)] : [];
    });
    expect(links.length).toBeGreaterThan(10);
    for (const { pathname, searchParams } of links)
      expect([pathname, Object.fromEntries(searchParams)]).toEqual([pathname, Object.fromEntries(search)]);
    const [html, page] = [
      await fetchText(`/dashboards/sales/pipeline_value?${search}`),
      await fetchText(`/dashboards/sales?${search}`),
    ];
    const [figure] = readFigures(html);
    expect(readFigures(page)).toContainEqual(figure);
  });
});

describe('the size of a page', () => {
  it('is with its style at most 60 kB, compressed', async () => {
    const style = /href="([^"]+\.css)"/.exec(await fetchText('/catalogue'))?.[1] ?? '';
    const css = brotliCompressSync(await fetchText(style)).length;
    expect(css).toBeGreaterThan(1000);
    for (const { name } of await demo.tenure.dashboards.list()) {
      const size = css + brotliCompressSync(await fetchText(`/dashboards/${name}`)).length;
      expect([name, size <= 60_000 || size]).toEqual([name, true]);
    }
  });
});
