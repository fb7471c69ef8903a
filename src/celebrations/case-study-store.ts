import { TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';

/** The way of a customer to a published case study; `declined` may be asked again later. */
export const CASE_STUDY_STATES = [
  'candidate',
  'asked',
  'agreed',
  'drafted',
  'approved',
  'published',
  'declined',
] as const;

export type CaseStudyState = (typeof CASE_STUDY_STATES)[number];

/** Where the case study of a customer stands. */
export interface CaseStudy {
  readonly customerId: string;
  readonly state: CaseStudyState;
  readonly version: number;
  readonly askedAt: string | null;
  /** Where it can be read, once it is published. */
  readonly url: string | null;
}

/** What happened to a case study. */
export interface CaseStudyStep {
  readonly step: number;
  readonly at: string;
  readonly actor: string;
  readonly fromState: CaseStudyState;
  readonly toState: CaseStudyState;
  readonly note: string | null;
}

function parseCaseStudy(row: Row): CaseStudy {
  return {
    customerId: String(row['customer_id']),
    state: row['state'] as CaseStudyState,
    version: Number(row['version']),
    askedAt: row['asked_at'] === null ? null : String(row['asked_at']),
    url: row['url'] === null ? null : String(row['url']),
  };
}

/** The case study of a customer; a candidate where nothing was done yet. */
export async function fetchCaseStudy(state: Engine, customerId: string): Promise<CaseStudy> {
  const [row] = await state.query('select * from case_studies where customer_id = $1', [customerId]);
  if (row !== undefined) return parseCaseStudy(row);
  return { customerId, state: 'candidate', version: 0, askedAt: null, url: null };
}

/** Every case study that was begun. */
export async function listCaseStudies(state: Engine): Promise<readonly CaseStudy[]> {
  const rows = await state.query('select * from case_studies order by customer_id');
  return rows.map(parseCaseStudy);
}

/** A change of a case study: what it was, what it becomes, by whom. */
export interface WrittenCaseStudy {
  readonly before: CaseStudy;
  readonly next: CaseStudy;
  readonly actor: string;
  readonly at: string;
  readonly note: string | null;
}

/**
 * Writes a change and its step; inside a transaction.
 *
 * @throws TenureError STATE_BUSY when another writer was faster
 */
export async function writeCaseStudy(
  state: Engine,
  { before, next, actor, at, note }: WrittenCaseStudy,
): Promise<void> {
  const { customerId } = next;
  const values = [customerId, next.state, next.version, next.askedAt, next.url, at];
  if (before.version === 0) {
    await state.execute(
      `insert into case_studies (customer_id, state, version, asked_at, url, updated_at)
       values ($1, $2, $3, cast($4 as timestamptz), $5, cast($6 as timestamptz))`,
      values,
    );
  } else {
    const changed = await state.execute(
      `update case_studies
       set state = $2, version = $3, asked_at = cast($4 as timestamptz), url = $5, updated_at = cast($6 as timestamptz)
       where customer_id = $1 and version = $7`,
      [...values, before.version],
    );
    if (changed === 0) throw new TenureError('STATE_BUSY', { what: `the case study of ${customerId}` });
  }
  await state.execute(
    `insert into case_study_steps (customer_id, step, happened_at, actor, from_state, to_state, note)
     values ($1, $2, cast($3 as timestamptz), $4, $5, $6, $7)`,
    [customerId, next.version, at, actor, before.state, next.state, note],
  );
}

/** The history of a case study, the first step first. */
export async function fetchCaseStudySteps(
  state: Engine,
  customerId: string,
): Promise<readonly CaseStudyStep[]> {
  const rows = await state.query('select * from case_study_steps where customer_id = $1 order by step', [
    customerId,
  ]);
  return rows.map((row) => ({
    step: Number(row['step']),
    at: String(row['happened_at']),
    actor: String(row['actor']),
    fromState: row['from_state'] as CaseStudyState,
    toState: row['to_state'] as CaseStudyState,
    note: row['note'] === null ? null : String(row['note']),
  }));
}
