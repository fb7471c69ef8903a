import type { Context, Hono } from 'hono';
import { findGuideEntry } from '../../app/index.ts';
import { parsePageState } from '../../dashboards/index.ts';
import {
  renderCataloguePage,
  renderMetricPage,
  renderModelGuidePage,
  renderModelListPage,
  renderTileCsv,
} from '../../web/index.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';
import { buildFrame } from './page-frame.ts';

type PageContext = Context<HttpEnvironment>;

const PATH = '/catalogue';

async function showCatalogue(served: Served, context: PageContext) {
  const { metrics } = served.tenure;
  const entries = metrics.list();
  const domains = [];
  for (const domain of new Set(entries.map((entry) => entry.domain))) {
    const own = entries.filter((entry) => entry.domain === domain);
    const answer = await metrics.query({
      metrics: own
        .filter(({ hasCompanyFigure }) => hasCompanyFigure)
        .map(({ metric }) => `${domain}.${metric}`),
    });
    domains.push({ domain, metrics: own, answer });
  }
  const frame = await buildFrame(served, context, { path: PATH, title: 'Catalogue' });
  return context.html(renderCataloguePage({ frame, domains }));
}

/** Dashboards that show a metric of a domain. */
async function listShownOn(
  { tenure }: Served,
  { domain, metric }: { readonly domain: string; readonly metric: string },
) {
  const dashboards = await Promise.all(
    (await tenure.dashboards.list()).map(({ name }) => tenure.dashboards.find(name)),
  );
  const names = [metric, `${domain}.${metric}`];
  return dashboards.flatMap(({ name, title, tiles }) => {
    const tile = tiles.find(({ ask }) => ask?.metrics.some((one) => names.includes(one)));
    return tile === undefined ? [] : [{ path: `/dashboards/${name}`, title }];
  });
}

function readState(context: PageContext) {
  return parsePageState(new URL(context.req.url).searchParams, { filters: [], range: '90d' });
}

async function showMetric(served: Served, context: PageContext, name: string) {
  const card = served.tenure.metrics.show(name);
  const state = readState(context);
  const answer = await served.tenure.dashboards.showMetric(name, state);
  const frame = await buildFrame(served, context, { path: PATH, title: card.label });
  const lastDay = frame.asOf ?? '';
  const shownOn = await listShownOn(served, card);
  return context.html(
    renderMetricPage({ frame, card, answer, state, asOf: state.asOf ?? lastDay, lastDay, shownOn }),
  );
}

async function showModels(served: Served, context: PageContext) {
  const guide = served.tenure.readGuide();
  const frame = await buildFrame(served, context, { path: PATH, title: 'Models and their tests' });
  return context.html(renderModelListPage({ frame, guide }));
}

async function showModel(served: Served, context: PageContext, name: string) {
  const guide = served.tenure.readGuide();
  const entry = findGuideEntry(guide, name);
  const frame = await buildFrame(served, context, { path: PATH, title: entry.name });
  return context.html(renderModelGuidePage({ frame, entry, guide }));
}

/** The catalogue of metrics, and the models they are made of with lineage and tests. */
export function addCataloguePages(app: Hono<HttpEnvironment>, served: Served): void {
  app.get(PATH, (context) => showCatalogue(served, context));
  app.get(`${PATH}/models`, (context) => showModels(served, context));
  app.get(`${PATH}/models/:name`, (context) => showModel(served, context, context.req.param('name')));
  app.get(`${PATH}/:metric/trend.csv`, async (context) => {
    const answer = await served.tenure.dashboards.showMetric(context.req.param('metric'), readState(context));
    return context.body(renderTileCsv(answer), 200, { 'content-type': 'text/csv; charset=utf-8' });
  });
  app.get(`${PATH}/:metric`, (context) => showMetric(served, context, context.req.param('metric')));
}
