import { TenureError, utcDate } from '../base/index.ts';
import {
  type Actor,
  type Candidate,
  type Celebration,
  type CelebrationReport,
  fetchCandidates,
  fetchCelebrationReport,
  fetchCelebrations,
  openCelebrations,
  renderCandidatesCsv,
} from '../celebrations/index.ts';
import type { Engine } from '../engines/index.ts';
import { followCelebrated, sendApproved, withdrawEmails } from './celebration-mail.ts';
import { type TenureContext, withState } from './context.ts';
import { fetchMilestoneDesk, type MilestoneDesk } from './milestone-desk.ts';
import { readWarehouse } from './query.ts';
import { assertNotUnderway, fetchFacts, type SlackDesk } from './slack-click.ts';
import { readWorkspaceTemplates } from './workspace-notify.ts';

/** Who acts on which milestone. */
export interface CelebrationAct {
  readonly milestoneId: string;
  /** The person's name. */
  readonly by: string;
}

/** The kinds of a message, and the ways of celebrating without one. */
export type MessageKind = NonNullable<Celebration['kind']>;
export type CelebrationWay = NonNullable<Celebration['celebrationType']>;

/** The verbs of celebrating, over one workspace. */
export interface CelebrationVerbs {
  /** Fills in a template for the customer; one that is there already stays, edits and all. */
  draft(
    act: CelebrationAct & {
      readonly kind: MessageKind;
      /** True to refuse where somebody approved a message meanwhile; else that is taken back. */
      readonly isFirst?: boolean;
    },
  ): Promise<Celebration>;
  edit(
    act: CelebrationAct & {
      readonly edit: {
        readonly subject?: string;
        readonly text?: string;
        readonly recipient?: { readonly name: string | null; readonly address: string | null };
        /** The revision that was read; where it is another one meanwhile, nothing is changed. */
        readonly seen?: number;
      };
    },
  ): Promise<Celebration>;
  /** Lets the revision that was read go out, once. */
  approve(act: CelebrationAct & { readonly revision: number }): Promise<Celebration>;
  done(
    act: CelebrationAct & { readonly how: CelebrationWay; readonly note?: string | undefined },
  ): Promise<Celebration>;
  skip(act: CelebrationAct & { readonly reason: string }): Promise<Celebration>;
  /**
   * A milestone with its card, the ways to celebrate it, and how far that is.
   *
   * @throws TenureError CELEBRATION_MILESTONE_UNKNOWN, WAREHOUSE_MISSING
   */
  show(milestoneId: string): Promise<MilestoneDesk>;
  /** How given milestones are celebrated; one of which nothing was begun is left out. */
  find(milestoneIds: readonly string[]): Promise<readonly Celebration[]>;
  /** The latest first. */
  list(limit?: number): Promise<readonly Celebration[]>;
  /** How many significant milestones were celebrated within 30 days, and what customers answered before and after. */
  report(options?: { readonly from?: string | undefined }): Promise<CelebrationReport>;
  /** Customers a case study could be written about, with what is met, what is missing, and the evidence. */
  candidates(): Promise<readonly Candidate[]>;
  /** The same as CSV. */
  exportCandidates(): Promise<string>;
}

const STATES = ['suggested', 'drafted', 'approved', 'uncertain', 'sent', 'celebrated', 'skipped'] as const;

function withDesk<T>(context: TenureContext, work: (desk: SlackDesk) => Promise<T>): Promise<T> {
  const { workspace, clock, ids, storage } = context;
  return withState(context, (state) => {
    const celebrations = openCelebrations({ state, templates: readWorkspaceTemplates(workspace), clock });
    return work({ state, celebrations, clock, ids, storage });
  });
}

interface Sources {
  readonly state: Engine;
  readonly warehouse: Engine;
}

function withSources<T>(context: TenureContext, work: (sources: Sources) => Promise<T>): Promise<T> {
  return withState(context, (state) => readWarehouse(context, (warehouse) => work({ state, warehouse })));
}

function buildPerson(name: string): Actor {
  return { kind: 'person', name };
}

async function draft(desk: SlackDesk, act: Parameters<CelebrationVerbs['draft']>[0]): Promise<Celebration> {
  const { milestoneId, by, kind, isFirst = false } = act;
  if (isFirst) assertNotUnderway(await desk.celebrations.fetch(milestoneId));
  const milestone = await desk.celebrations.fetchMilestone(milestoneId);
  if (milestone === null) throw new TenureError('CELEBRATION_MILESTONE_UNKNOWN', { milestone: milestoneId });
  const customer = await fetchFacts(desk, milestone.customerId);
  if (customer === undefined)
    throw new TenureError('CELEBRATION_INVALID', {
      milestone: milestoneId,
      problem: `the warehouse does not know its customer ${milestone.customerId}`,
    });
  return desk.celebrations.draft({ milestoneId, kind, customer, actor: buildPerson(by) });
}

async function approve(
  desk: SlackDesk,
  { milestoneId, by, revision }: Parameters<CelebrationVerbs['approve']>[0],
) {
  const celebration = await desk.celebrations.approve({ milestoneId, revision, actor: buildPerson(by) });
  await sendApproved(desk, celebration);
  return celebration;
}

async function markDone(desk: SlackDesk, { by, ...request }: Parameters<CelebrationVerbs['done']>[0]) {
  const celebration = await desk.celebrations.markCelebrated({ ...request, actor: buildPerson(by) });
  await followCelebrated(desk, celebration);
  return celebration;
}

/** Moves a celebration, and takes back a message that waits and is no longer to go. */
async function change(desk: SlackDesk, move: () => Promise<Celebration>): Promise<Celebration> {
  const celebration = await move();
  await withdrawEmails(desk, celebration.milestoneId);
  return celebration;
}

/** How given milestones are celebrated; one of which nothing was begun is left out. */
export function listMilestoneCelebrations(
  context: TenureContext,
  milestoneIds: readonly string[],
): Promise<readonly Celebration[]> {
  return withState(context, (state) => fetchCelebrations(state, milestoneIds));
}

/** Opens the verbs of celebrating: everything a card's buttons do, without Slack, and what comes of it. */
export function buildCelebrationVerbs(context: TenureContext): CelebrationVerbs {
  const today = utcDate(context.clock);
  const list = (sources: Sources) => fetchCandidates({ ...sources, today });
  return Object.freeze({
    draft: (act: Parameters<CelebrationVerbs['draft']>[0]) =>
      withDesk(context, (desk) => change(desk, () => draft(desk, act))),
    edit: ({ by, ...request }: Parameters<CelebrationVerbs['edit']>[0]) =>
      withDesk(context, (desk) =>
        change(desk, () => desk.celebrations.edit({ ...request, actor: buildPerson(by) })),
      ),
    approve: (act: Parameters<CelebrationVerbs['approve']>[0]) =>
      withDesk(context, (desk) => approve(desk, act)),
    done: (act: Parameters<CelebrationVerbs['done']>[0]) => withDesk(context, (desk) => markDone(desk, act)),
    skip: ({ by, ...request }: Parameters<CelebrationVerbs['skip']>[0]) =>
      withDesk(context, (desk) =>
        change(desk, () => desk.celebrations.skip({ ...request, actor: buildPerson(by) })),
      ),
    show: (milestoneId: string) =>
      withDesk(context, (desk) => fetchMilestoneDesk(context, desk, milestoneId)),
    find: (milestoneIds: readonly string[]) => listMilestoneCelebrations(context, milestoneIds),
    list: (limit = 100) =>
      withDesk(context, ({ celebrations }) => celebrations.list({ states: STATES, limit })),
    report: ({ from }: { readonly from?: string | undefined } = {}) =>
      withSources(context, (sources) => fetchCelebrationReport(sources, { asOf: today, from })),
    candidates: () => withSources(context, list),
    exportCandidates: () => withSources(context, async (sources) => renderCandidatesCsv(await list(sources))),
  });
}
