import type { Context, Hono, MiddlewareHandler } from 'hono';
import { isRoleEnough } from '../../app/index.ts';
import { addDays, TenureError } from '../../base/index.ts';
import {
  MilestoneDefinitionsPage,
  MilestoneInboxPage,
  MilestonePage,
  type MilestonePageProps,
  MilestonePreviewPage,
  MilestoneReportPage,
  MilestoneUpcomingPage,
  parseMilestonePages,
  renderPage,
  type Typed,
} from '../../web/index.ts';
import { readClientAddress } from '../client-address.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';
import { AUDITED, MILESTONE_ACTS, type MilestoneVerb, readPageError } from './milestone-acts.ts';
import { buildFrame } from './page-frame.ts';

type PageContext = Context<HttpEnvironment>;

const PATH = '/milestones';
const MOST_MILESTONES = 1000;
const MOST_TOLD = 100;
const DAYS_OF_INBOX = 30;
const DAYS_TO_PREPARE = 14;
/** What errors call a definition that is no file. */
const PASTED = 'your definition';

function mayAct(context: PageContext): boolean {
  return isRoleEnough(context.get('viewer').role, 'csm');
}

/** Which page of whose list is shown: of whoever looks, where their key says who they are; an empty choice is everybody. */
function readAddress(context: PageContext) {
  const owner = (context.req.query('owner') ?? context.get('viewer').memberId) || null;
  return { owner, ...parseMilestonePages(new URL(context.req.url).searchParams) };
}

function nameFrame(served: Served, context: PageContext, title: string) {
  return buildFrame(served, context, { path: PATH, title });
}

async function answerInbox(served: Served, context: PageContext): Promise<Response> {
  const { tenure } = served;
  const address = readAddress(context);
  const ownerId = address.owner ?? undefined;
  const frame = await nameFrame(served, context, 'Milestones');
  const since = frame.asOf === null ? undefined : addDays(frame.asOf, 1 - DAYS_OF_INBOX);
  const [owners, found, inbox] = await Promise.all([
    tenure.customers.owners(),
    tenure.milestones.list({ since, ownerId, limit: MOST_MILESTONES + 1 }),
    tenure.notifications.inbox(ownerId, MOST_TOLD),
  ]);
  const milestones = found.slice(0, MOST_MILESTONES);
  const hasMore = found.length > MOST_MILESTONES;
  const celebrations = await tenure.celebrations.find(milestones.map((row) => String(row['id'])));
  return context.html(
    renderPage(
      <MilestoneInboxPage {...{ frame, owners, address, milestones, hasMore, celebrations, inbox }} />,
    ),
  );
}

async function answerUpcoming(served: Served, context: PageContext): Promise<Response> {
  const address = readAddress(context);
  const frame = await nameFrame(served, context, 'Upcoming milestones');
  const [owners, report] = await Promise.all([
    served.tenure.customers.owners(),
    served.tenure.milestones.upcoming({ ownerId: address.owner ?? undefined }),
  ]);
  const prepareUntil = addDays(frame.asOf ?? '1970-01-01', DAYS_TO_PREPARE);
  return context.html(
    renderPage(<MilestoneUpcomingPage {...{ frame, owners, address, report, prepareUntil }} />),
  );
}

async function answerDefinitions(served: Served, context: PageContext): Promise<Response> {
  const frame = await nameFrame(served, context, 'Definitions of milestones');
  const definitions = await served.tenure.milestones.listDefinitions();
  return context.html(renderPage(<MilestoneDefinitionsPage frame={frame} definitions={definitions} />));
}

async function answerReport(served: Served, context: PageContext): Promise<Response> {
  const { celebrations } = served.tenure;
  const [frame, report, candidates] = await Promise.all([
    nameFrame(served, context, 'Celebrated milestones'),
    celebrations.report(),
    celebrations.candidates(),
  ]);
  return context.html(renderPage(<MilestoneReportPage {...{ frame, report, candidates }} />));
}

async function answerCandidates(served: Served, context: PageContext): Promise<Response> {
  return context.body(await served.tenure.celebrations.exportCandidates(), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="case-study-candidates.csv"',
  });
}

/** The page where definitions are tried out, with what was asked tried. */
async function answerPreview(
  served: Served,
  context: PageContext,
  asked: { readonly name: string | null; readonly yaml: string },
): Promise<Response> {
  const { name, yaml } = asked;
  const { milestones } = served.tenure;
  const frame = await nameFrame(served, context, 'Try out a definition');
  const names = (await milestones.listDefinitions()).map((definition) => definition.name);
  const page = { frame, names, name, yaml, mayAct: mayAct(context) };
  try {
    const request = yaml === '' ? { name: name ?? '' } : { file: { name: PASTED, text: yaml } };
    const preview = name === null && yaml === '' ? null : await milestones.preview(request);
    return context.html(renderPage(<MilestonePreviewPage {...page} preview={preview} problem={null} />));
  } catch (error) {
    const { problem, status } = readPageError(error);
    return context.html(
      renderPage(<MilestonePreviewPage {...page} preview={null} problem={problem} />),
      status,
    );
  }
}

/** The page of a milestone; with what could not be done and what was typed, where that is so. */
async function answerMilestone(
  served: Served,
  context: PageContext,
  {
    problem,
    typed,
    status,
  }: Pick<MilestonePageProps, 'problem' | 'typed'> & { readonly status: 200 | 409 | 422 },
): Promise<Response> {
  const desk = await served.tenure.celebrations.show(context.req.param('id') ?? '');
  const frame = await nameFrame(served, context, desk.milestone.name);
  const page = { frame, desk, problem, typed, mayAct: mayAct(context) };
  return context.html(renderPage(<MilestonePage {...page} />), status);
}

async function readForm(context: PageContext): Promise<Typed> {
  const body = await context.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

async function runAct(served: Served, context: PageContext, verb: MilestoneVerb): Promise<Response> {
  const milestoneId = context.req.param('id') ?? '';
  const form = await readForm(context);
  const { name: by } = context.get('viewer');
  try {
    await MILESTONE_ACTS[verb](served.tenure, { milestoneId, by, form });
    const { text: _long, ...detail } = form;
    const address = readClientAddress(context);
    await served.tenure.access.record({
      actor: by,
      action: AUDITED[verb],
      subject: milestoneId,
      detail,
      address,
    });
    // What was approved leaves at once, and the cards say what was done.
    served.service.wake();
    return context.redirect(`${PATH}/${encodeURIComponent(milestoneId)}`, 303);
  } catch (error) {
    return answerMilestone(served, context, { ...readPageError(error), typed: form });
  }
}

/** @throws TenureError ROLE_TOO_LOW */
const requireActor: MiddlewareHandler<HttpEnvironment> = async (context, next) => {
  if (!mayAct(context))
    throw new TenureError('ROLE_TOO_LOW', { role: context.get('viewer').role, needed: 'csm' });
  await next();
};

/** Milestones: inbox, what is expected, definitions, trying them out, the report, and the page of each one. */
export function addMilestonePages(app: Hono<HttpEnvironment>, served: Served): void {
  app.get(PATH, (context) => answerInbox(served, context));
  app.get(`${PATH}/upcoming`, (context) => answerUpcoming(served, context));
  app.get(`${PATH}/definitions`, (context) => answerDefinitions(served, context));
  app.get(`${PATH}/report`, (context) => answerReport(served, context));
  app.get(`${PATH}/candidates.csv`, (context) => answerCandidates(served, context));
  app.get(`${PATH}/preview`, (context) =>
    answerPreview(served, context, { name: context.req.query('name') || null, yaml: '' }),
  );
  app.post(`${PATH}/preview`, requireActor, async (context) =>
    answerPreview(served, context, { name: null, yaml: (await readForm(context))['yaml'] ?? '' }),
  );
  app.get(`${PATH}/:id`, (context) =>
    answerMilestone(served, context, { problem: null, typed: {}, status: 200 }),
  );
  for (const verb of Object.keys(MILESTONE_ACTS) as MilestoneVerb[])
    app.post(`${PATH}/:id/${verb}`, requireActor, (context) => runAct(served, context, verb));
}
