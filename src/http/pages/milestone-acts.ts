import { CELEBRATION_WAYS, type Tenure } from '../../app/index.ts';
import { TenureError } from '../../base/index.ts';
import type { Typed } from '../../web/index.ts';
import { findStatus } from '../error-answer.ts';

/** What somebody does with a milestone by a form. */
export interface MilestoneAct {
  readonly milestoneId: string;
  /** The person's name. */
  readonly by: string;
  readonly form: Typed;
}

const KINDS = ['email', 'social', 'gift', 'case_study'] as const;
const WAYS = Object.keys(CELEBRATION_WAYS) as (keyof typeof CELEBRATION_WAYS)[];

function refuse({ milestoneId }: MilestoneAct, problem: string): TenureError {
  return new TenureError('CELEBRATION_INVALID', { milestone: milestoneId, problem });
}

function parseOneOf<Word extends string>(act: MilestoneAct, name: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === act.form[name]);
  if (word === undefined) throw refuse(act, `${name} is none of ${words.join(', ')}`);
  return word;
}

function parseRevision(act: MilestoneAct): number {
  const text = act.form['revision'] ?? '';
  if (!/^\d{1,9}$/.test(text)) throw refuse(act, 'it does not say which revision was read');
  return Number(text);
}

/** Keeps what was typed, where the draft is still the one that was read. */
function saveDraft(tenure: Tenure, act: MilestoneAct) {
  const { milestoneId, by, form } = act;
  const { recipientName = '', address = '', subject = '', text = '' } = form;
  const blankIsNone = (words: string) => (words.trim() === '' ? null : words);
  const recipient = { name: blankIsNone(recipientName), address: blankIsNone(address) };
  const edit = { subject, text, recipient, seen: parseRevision(act) };
  return tenure.celebrations.edit({ milestoneId, by, edit });
}

/** The e-mail of the form; only one of this milestone is touched. */
async function findEmail(tenure: Tenure, act: MilestoneAct): Promise<string> {
  const { emails } = await tenure.celebrations.show(act.milestoneId);
  const email = emails.find(({ id }) => id === act.form['email']);
  if (email === undefined) throw refuse(act, 'it has no such e-mail');
  return email.id;
}

/** What each form of the page of a milestone does. */
export const MILESTONE_ACTS = {
  draft: (tenure, act) => {
    const { milestoneId, by } = act;
    return tenure.celebrations.draft({
      milestoneId,
      by,
      kind: parseOneOf(act, 'kind', KINDS),
      isFirst: true,
    });
  },
  edit: saveDraft,
  // What was typed is what is approved: kept first, then that very revision.
  approve: async (tenure, act) => {
    const { milestoneId, by } = act;
    const { revision } = await saveDraft(tenure, act);
    return tenure.celebrations.approve({ milestoneId, by, revision });
  },
  done: (tenure, act) => {
    const { milestoneId, by, form } = act;
    const how = parseOneOf(act, 'how', WAYS);
    return tenure.celebrations.done({ milestoneId, by, how, note: form['note'] });
  },
  skip: (tenure, { milestoneId, by, form }) =>
    tenure.celebrations.skip({ milestoneId, by, reason: form['reason'] ?? '' }),
  retry: async (tenure, act) => tenure.notifications.retry(await findEmail(tenure, act), act.by),
  decide: async (tenure, act) => {
    const decision = parseOneOf(act, 'decision', ['sent', 'again'] as const);
    return tenure.notifications.decide(await findEmail(tenure, act), { decision, by: act.by });
  },
} as const satisfies Readonly<Record<string, (tenure: Tenure, act: MilestoneAct) => Promise<unknown>>>;

export type MilestoneVerb = keyof typeof MILESTONE_ACTS;

/** What the audit log calls each: as where the API did it. */
export const AUDITED: Readonly<Record<MilestoneVerb, string>> = {
  draft: 'draftCelebration',
  edit: 'editCelebration',
  approve: 'approveCelebration',
  done: 'markCelebrated',
  skip: 'skipCelebration',
  retry: 'retryNotification',
  decide: 'decideNotification',
};

/** Errors that are told on the page, where what was typed is kept. */
const TOLD: ReadonlySet<string> = new Set([
  'CELEBRATION_CHANGED',
  'CELEBRATION_MOVE_ILLEGAL',
  'CELEBRATION_UNDERWAY',
  'CELEBRATION_MILESTONE_REVOKED',
  'CELEBRATION_ADDRESS_MISSING',
  'CELEBRATION_INVALID',
  'ASKED_RECENTLY',
  'STATE_BUSY',
  'NOTIFICATION_UNKNOWN',
  'DEFINITION_INVALID',
  'MILESTONE_UNKNOWN',
]);

/** An error that is told on the page, with its status; any other is thrown again. */
export function readPageError(error: unknown): {
  readonly status: 409 | 422;
  readonly problem: TenureError;
} {
  if (!(error instanceof TenureError) || !TOLD.has(error.code)) throw error;
  // What is wrong with what was typed is 422; what somebody else did, or the state of things, 409.
  return { status: [400, 404].includes(findStatus(error)) ? 422 : 409, problem: error };
}
