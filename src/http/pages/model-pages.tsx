import type { Context, Hono } from 'hono';
import { ModelListPage, ModelPage, renderPage } from '../../web/index.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';
import { buildFrame } from './page-frame.ts';

type PageContext = Context<HttpEnvironment>;

const PATH = '/models';

async function answerList(served: Served, context: PageContext): Promise<Response> {
  const [frame, models] = await Promise.all([
    buildFrame(served, context, { path: PATH, title: 'Models' }),
    served.tenure.scores.list(),
  ]);
  return context.html(renderPage(<ModelListPage frame={frame} models={models} />));
}

async function answerModel(served: Served, context: PageContext): Promise<Response> {
  const name = context.req.param('name') ?? '';
  const card = await served.tenure.scores.card(name, context.req.param('version'));
  const [frame, realised] = await Promise.all([
    buildFrame(served, context, { path: PATH, title: `Model card: ${card.name}` }),
    served.tenure.scores.realised(name),
  ]);
  return context.html(renderPage(<ModelPage {...{ frame, card, realised }} />));
}

/** The list of models, and the card of each version. */
export function addModelPages(app: Hono<HttpEnvironment>, served: Served): void {
  app.get(PATH, (context) => answerList(served, context));
  app.get(`${PATH}/:name`, (context) => answerModel(served, context));
  app.get(`${PATH}/:name/:version`, (context) => answerModel(served, context));
}
