import type { Context, Hono } from 'hono';
import type { MetricCard } from '../../app/index.ts';
import { labelDimension } from '../../app/index.ts';
import { parsePageState } from '../../dashboards/index.ts';
import { renderDashboardPage, renderReceiptPage, renderTileCsv } from '../../web/index.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';
import { buildFrame } from './page-frame.ts';

type PageContext = Context<HttpEnvironment>;

interface PagePlace {
  readonly name: string;
  readonly tile?: string;
}

async function askDashboard({ tenure }: Served, context: PageContext, { name, tile }: PagePlace) {
  const dashboard = await tenure.dashboards.find(name);
  const state = parsePageState(new URL(context.req.url).searchParams, dashboard);
  const answer = await tenure.dashboards.show(name, state, tile);
  const labels = new Map(dashboard.filters.map((dimension) => [dimension, labelDimension(dimension)]));
  return { state, answer, labels };
}

async function showDashboard(served: Served, context: PageContext, name: string) {
  const asked = await askDashboard(served, context, { name });
  const { title } = asked.answer.dashboard;
  const frame = await buildFrame(served, context, { path: `/dashboards/${name}`, title });
  return context.html(renderDashboardPage({ frame, ...asked }));
}

function describeMetrics({ tenure }: Served, metrics: readonly string[]): readonly MetricCard[] {
  return metrics.map((metric) => tenure.metrics.show(metric));
}

async function showTile(served: Served, context: PageContext, place: PagePlace) {
  const { state, answer, labels } = await askDashboard(served, context, place);
  const { dashboard, tiles, choices, asOf, lastDay } = answer;
  const [tile] = tiles;
  if (tile === undefined) return context.notFound();
  const frame = await buildFrame(served, context, {
    path: `/dashboards/${place.name}`,
    title: tile.tile.title,
  });
  const cards = describeMetrics(
    served,
    tile.columns.flatMap(({ metric }) => metric ?? []),
  );
  const model = tile.receipt?.model ?? null;
  const modelLink = model === null ? null : `/catalogue/models/${encodeURIComponent(model)}`;
  return context.html(
    renderReceiptPage({
      frame,
      dashboard,
      answer: tile,
      state,
      cards,
      modelLink,
      filters: { choices, labels, asOf, lastDay },
    }),
  );
}

async function sendTile(served: Served, context: PageContext, place: PagePlace) {
  const { answer } = await askDashboard(served, context, place);
  const [tile] = answer.tiles;
  if (tile === undefined) return context.notFound();
  return context.body(renderTileCsv(tile), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${tile.tile.name}.csv"`,
  });
}

/** Dashboards, the page of each tile with where its figures come from, and their rows as CSV. */
export function addDashboardPages(app: Hono<HttpEnvironment>, served: Served): void {
  app.get('/dashboards/:name', (context) => showDashboard(served, context, context.req.param('name')));
  app.get('/dashboards/:name/:tile{[a-z0-9_]+\\.csv}', (context) =>
    sendTile(served, context, {
      name: context.req.param('name'),
      tile: context.req.param('tile').replace(/\.csv$/, ''),
    }),
  );
  app.get('/dashboards/:name/:tile', (context) => showTile(served, context, context.req.param()));
}
