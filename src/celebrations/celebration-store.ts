import { TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import type { Actor, CelebrationState, DraftKind, Milestone } from './celebration-types.ts';
import { buildMilestoneMark, type Celebration } from './moves.ts';
import { parseText } from './parse-value.ts';

/** What happened to a celebration, and the words it led to where they changed. */
export interface CelebrationStep {
  readonly step: number;
  readonly at: string;
  readonly actor: string;
  readonly actorKind: Actor['kind'];
  readonly fromState: CelebrationState | null;
  readonly toState: CelebrationState;
  readonly revision: number;
  readonly kind: DraftKind | null;
  readonly recipientAddress: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly note: string | null;
}

/** Columns of `celebrations` and how each is written. */
const COLUMNS: readonly (readonly [column: string, key: keyof Celebration, type: string])[] = [
  ['milestone_id', 'milestoneId', 'uuid'],
  ['customer_id', 'customerId', 'text'],
  ['state', 'state', 'varchar(20)'],
  ['version', 'version', 'integer'],
  ['revision', 'revision', 'integer'],
  ['kind', 'kind', 'varchar(20)'],
  ['recipient_name', 'recipientName', 'text'],
  ['recipient_address', 'recipientAddress', 'text'],
  ['subject', 'subject', 'text'],
  ['body_text', 'text', 'text'],
  ['body_html', 'html', 'text'],
  ['suggested_at', 'suggestedAt', 'timestamptz'],
  ['drafted_by', 'draftedBy', 'text'],
  ['drafted_at', 'draftedAt', 'timestamptz'],
  ['approved_by', 'approvedBy', 'text'],
  ['approved_at', 'approvedAt', 'timestamptz'],
  ['sent_at', 'sentAt', 'timestamptz'],
  ['celebration_type', 'celebrationType', 'varchar(50)'],
  ['celebrated_by', 'celebratedBy', 'text'],
  ['celebrated_at', 'celebratedAt', 'timestamptz'],
  ['note', 'note', 'text'],
  ['skipped_by', 'skippedBy', 'text'],
  ['skipped_at', 'skippedAt', 'timestamptz'],
  ['skipped_reason', 'skippedReason', 'text'],
];

function parseCelebration(row: Row): Celebration {
  const entries = COLUMNS.map(([column, key]) => {
    const value = row[column] ?? null;
    return [key, key === 'version' || key === 'revision' ? Number(value) : parseText(value)];
  });
  return Object.fromEntries(entries) as Celebration;
}

/** The milestone, with what its definition says of celebrating it; null when there is none of that id. */
export async function fetchMilestone(state: Engine, id: string): Promise<Milestone | null> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return null;
  const [row] = await state.query(
    `select
       milestones.*, definitions.name as definition_name, definitions.priority,
       definitions.celebration_template, cast(definitions.suggestions as text) as suggestions
     from customer_milestones as milestones
     left join milestone_definitions as definitions on milestones.definition_id = definitions.id
     where milestones.id = cast($1 as uuid)`,
    [id],
  );
  if (row === undefined) return null;
  return {
    id: String(row['id']),
    customerId: String(row['customer_id']),
    type: String(row['milestone_type']),
    name: String(row['milestone_name']),
    value: parseText(row['milestone_value']),
    achievedAt: String(row['achieved_at']),
    isWholeDay: row['achieved_precision'] === 'day',
    isRevoked: row['revoked_at'] !== null,
    revokedReason: parseText(row['revoked_reason']),
    isCelebrated: row['celebrated'] === true,
    definitionId: String(row['definition_id']),
    occurrence: String(row['occurrence']),
    definitionName: parseText(row['definition_name']),
    priority: Number(row['priority'] ?? 50),
    template: parseText(row['celebration_template']),
    suggestions: parseText(row['suggestions']),
  };
}

/** How a milestone is celebrated; null before anything was suggested. */
export async function fetchCelebration(state: Engine, milestoneId: string): Promise<Celebration | null> {
  const [row] = await state.query('select * from celebrations where milestone_id = cast($1 as uuid)', [
    milestoneId,
  ]);
  return row === undefined ? null : parseCelebration(row);
}

/** Celebrations in given states, those suggested longest ago first. */
export async function listCelebrations(
  state: Engine,
  filter: { readonly states: readonly CelebrationState[]; readonly limit: number },
): Promise<readonly Celebration[]> {
  if (filter.states.length === 0) return [];
  const places = filter.states.map((_, index) => `$${index + 2}`).join(', ');
  const rows = await state.query(
    `select * from celebrations where state in (${places}) order by suggested_at, milestone_id limit $1`,
    [filter.limit, ...filter.states],
  );
  return rows.map(parseCelebration);
}

/** How given milestones are celebrated; one of which nothing was begun is left out. */
export async function fetchCelebrations(
  state: Engine,
  milestoneIds: readonly string[],
): Promise<readonly Celebration[]> {
  if (milestoneIds.length === 0) return [];
  const places = milestoneIds.map((_, index) => `cast($${index + 1} as uuid)`).join(', ');
  const rows = await state.query(
    `select * from celebrations where milestone_id in (${places}) order by suggested_at, milestone_id`,
    milestoneIds,
  );
  return rows.map(parseCelebration);
}

async function writeStep(state: Engine, { before, next, actor, at, note }: Written): Promise<void> {
  const hasWords = before === null || before.revision !== next.revision;
  const words = [
    next.kind,
    next.recipientName,
    next.recipientAddress,
    next.subject,
    next.text,
    next.html,
  ].map((value) => (hasWords ? value : null));
  await state.execute(
    `insert into celebration_steps
       (milestone_id, step, happened_at, actor, actor_kind, from_state, to_state, revision,
        kind, recipient_name, recipient_address, subject, body_text, body_html, note)
     values (cast($1 as uuid), $2, cast($3 as timestamptz), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      next.milestoneId,
      next.version,
      at,
      actor.name,
      actor.kind,
      before?.state ?? null,
      next.state,
      next.revision,
      ...words,
      note,
    ],
  );
}

async function writeMark(state: Engine, { before, next }: Written): Promise<void> {
  const mark = buildMilestoneMark(next);
  if (before !== null && JSON.stringify(buildMilestoneMark(before)) === JSON.stringify(mark)) return;
  if (before === null && !mark.celebrated) return;
  await state.execute(
    `update customer_milestones
     set celebrated = $2, celebrated_at = cast($3 as timestamptz), celebration_type = $4, notes = $5
     where id = cast($1 as uuid)`,
    [next.milestoneId, mark.celebrated, mark.celebratedAt, mark.celebrationType, mark.notes],
  );
}

/** A change of a celebration: what it was, what it becomes, by whom. */
export interface Written {
  readonly before: Celebration | null;
  readonly next: Celebration;
  readonly actor: Actor;
  readonly at: string;
  readonly note: string | null;
}

/**
 * Writes a change, its step, and what the milestone says of it; inside a transaction.
 *
 * @throws TenureError STATE_BUSY when another writer was faster
 */
export async function writeCelebration(state: Engine, written: Written): Promise<void> {
  const { before, next } = written;
  const values = COLUMNS.map(([, key]) => next[key]);
  if (before === null) {
    const places = COLUMNS.map(([, , type], index) => `cast($${index + 1} as ${type})`).join(', ');
    const columns = COLUMNS.map(([column]) => column).join(', ');
    await state.execute(`insert into celebrations (${columns}) values (${places})`, values);
  } else {
    const sets = COLUMNS.map(([column, , type], index) => `${column} = cast($${index + 1} as ${type})`).slice(
      2,
    );
    const changed = await state.execute(
      `update celebrations set ${sets.join(', ')}
       where milestone_id = cast($1 as uuid) and customer_id = $2 and version = $${values.length + 1}`,
      [...values, before.version],
    );
    if (changed === 0) throw new TenureError('STATE_BUSY', { what: `milestone ${next.milestoneId}` });
  }
  await writeStep(state, written);
  await writeMark(state, written);
}

/** The history of a celebration, the first step first. */
export async function fetchCelebrationSteps(
  state: Engine,
  milestoneId: string,
): Promise<readonly CelebrationStep[]> {
  const rows = await state.query(
    'select * from celebration_steps where milestone_id = cast($1 as uuid) order by step',
    [milestoneId],
  );
  return rows.map((row) => ({
    step: Number(row['step']),
    at: String(row['happened_at']),
    actor: String(row['actor']),
    actorKind: row['actor_kind'] as Actor['kind'],
    fromState: row['from_state'] as CelebrationState | null,
    toState: row['to_state'] as CelebrationState,
    revision: Number(row['revision']),
    kind: row['kind'] as DraftKind | null,
    recipientAddress: parseText(row['recipient_address']),
    subject: parseText(row['subject']),
    text: parseText(row['body_text']),
    note: parseText(row['note']),
  }));
}

/**
 * The day each customer was last asked for a favour (permission, a case study), `YYYY-MM-DD` by customer. What is approved is
 * about to leave and counts.
 */
export async function fetchLastAsked(state: Engine): Promise<ReadonlyMap<string, string>> {
  const rows = await state.query(
    `select customer_id, cast(max(asked_at) as date) as asked_on
     from (
       select customer_id, coalesce(sent_at, approved_at) as asked_at from celebrations
       where state in ('approved', 'uncertain', 'sent') and kind in ('social', 'case_study')
       union all
       select customer_id, asked_at from case_studies where asked_at is not null
     ) as asks
     group by customer_id`,
  );
  return new Map(rows.map((row) => [String(row['customer_id']), String(row['asked_on'])]));
}
