import { type Clock, TenureError, utcTime } from '../base/index.ts';
import { type Engine, runAlone } from '../engines/index.ts';
import { assertMayAsk } from './asks.ts';
import {
  type CaseStudy,
  type CaseStudyState,
  type CaseStudyStep,
  fetchCaseStudy,
  fetchCaseStudySteps,
  listCaseStudies,
  writeCaseStudy,
} from './case-study-store.ts';
import type { Actor } from './celebration-types.ts';
import { assertPerson } from './moves.ts';

const NEXT: Readonly<Record<CaseStudyState, readonly CaseStudyState[]>> = {
  candidate: ['asked'],
  asked: ['agreed', 'declined'],
  agreed: ['drafted', 'declined'],
  drafted: ['approved', 'declined'],
  approved: ['published', 'drafted', 'declined'],
  published: [],
  declined: ['asked'],
};

export interface CaseStudyMove {
  readonly customerId: string;
  readonly to: CaseStudyState;
  readonly actor: Actor;
  readonly note?: string | undefined;
  /** Where it can be read; for `published`. */
  readonly url?: string | undefined;
}

/** The steps of marketing on the way to a case study. */
export interface CaseStudies {
  /**
   * Takes the next step; repeated, it changes nothing. Customers approve what is published, so every step is somebody's.
   *
   * @throws TenureError CASE_STUDY_MOVE_ILLEGAL, ASKED_RECENTLY, CELEBRATION_NEEDS_PERSON
   */
  move(move: CaseStudyMove): Promise<CaseStudy>;
  fetch(customerId: string): Promise<CaseStudy>;
  fetchSteps(customerId: string): Promise<readonly CaseStudyStep[]>;
  list(): Promise<readonly CaseStudy[]>;
}

function assertNext({ customerId: customer, state }: CaseStudy, to: CaseStudyState): void {
  if (NEXT[state].includes(to)) return;
  const allowed = NEXT[state].join(', ') || 'nothing else, it is done';
  throw new TenureError('CASE_STUDY_MOVE_ILLEGAL', { customer, state, move: to, allowed });
}

async function runMove({ state, clock }: CaseStudiesOptions, move: CaseStudyMove): Promise<CaseStudy> {
  const { customerId, to, actor, note, url } = move;
  assertPerson(actor, 'A step of a case study');
  return runAlone(state, async () => {
    const at = utcTime(clock);
    const before = await fetchCaseStudy(state, customerId);
    if (before.state === to) return before;
    assertNext(before, to);
    if (to === 'asked') await assertMayAsk(state, customerId, at.slice(0, 10));
    const next = {
      ...before,
      state: to,
      version: before.version + 1,
      askedAt: to === 'asked' ? at : before.askedAt,
      url: url ?? before.url,
    };
    await writeCaseStudy(state, { before, next, actor: actor.name, at, note: note ?? null });
    return next;
  });
}

/**
 * Notes that an invitation left: who was a candidate, or had declined, is asked now. Part of the transaction that says
 * that the invitation was sent.
 */
export async function writeInvited(
  state: Engine,
  { customerId, actor, at }: { readonly customerId: string; readonly actor: string; readonly at: string },
): Promise<void> {
  const before = await fetchCaseStudy(state, customerId);
  if (!NEXT[before.state].includes('asked')) return;
  const next = { ...before, state: 'asked' as const, version: before.version + 1, askedAt: at };
  await writeCaseStudy(state, { before, next, actor, at, note: 'Invited with a milestone' });
}

export interface CaseStudiesOptions {
  readonly state: Engine;
  readonly clock: Clock;
}

/**
 * Opens the case studies of a workspace.
 *
 * @example
 * await openCaseStudies({ state, clock }).move({ customerId: 'northwind', to: 'agreed', actor });
 */
export function openCaseStudies(options: CaseStudiesOptions): CaseStudies {
  const { state } = options;
  return {
    move: (move) => runMove(options, move),
    fetch: (customerId) => fetchCaseStudy(state, customerId),
    fetchSteps: (customerId) => fetchCaseStudySteps(state, customerId),
    list: () => listCaseStudies(state),
  };
}
