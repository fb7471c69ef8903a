import fs from 'node:fs';
import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { type Clock, TenureError } from '../../src/base/index.ts';
import type { Actor, CustomerFacts } from '../../src/celebrations/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';

const DANA: Actor = { kind: 'person', name: 'Dana' };
const EVE: Actor = { kind: 'person', name: 'Eve' };
const WORKER: Actor = { kind: 'system', name: 'outbox' };
export const ACTORS = { DANA, EVE, WORKER };

export const GROWTH_CORP: CustomerFacts = {
  customerId: 'growth',
  name: 'GrowthCorp',
  contactName: 'Ines Roth',
  contactEmail: 'ines@growth.example',
  adminUsers: [],
  timezone: 'Europe/Berlin',
  signupDate: '2025-05-12',
  planTier: 'growth',
  csmId: 'm1',
  csmName: 'Omar Diaz',
  isReferenceOk: null,
  healthScore: 85,
  healthBand: 'Excellent',
  arr: 65_000,
};

/** A clock that is one second later each time it is asked. */
export function buildTickingClock(isoTime: string): Clock {
  let at = Date.parse(isoTime);
  return {
    now: () => {
      at += 1000;
      return at;
    },
  };
}

/** The tables of the application state, in any engine. */
export async function writeSchema(state: Engine): Promise<void> {
  const folder = path.join(PACKAGE_ROOT, 'schema');
  for (const name of fs.readdirSync(folder).sort()) {
    if (name.endsWith('.sql')) await state.execute(fs.readFileSync(path.join(folder, name), 'utf8'));
  }
}

export async function openMemoryState(): Promise<Engine> {
  const state = await openDuckdb({ path: ':memory:' });
  await writeSchema(state);
  return state;
}

export interface DefinitionRow {
  readonly type?: string;
  readonly name: string;
  readonly priority?: number;
  readonly template?: string;
}

export async function addDefinition(state: Engine, row: DefinitionRow): Promise<void> {
  const type = row.type ?? 'usage';
  await state.execute(
    `insert into milestone_definitions (id, type, name, condition, title, detail, unit, celebration_template, priority, updated_at)
     values (cast(md5(cast($1 as text) || '|' || cast($2 as text)) as uuid), cast($1 as text), cast($2 as text), '{}', '{number}', '{number}', 'time', $3, $4, cast('2026-01-01T00:00:00Z' as timestamptz))`,
    [type, row.name, row.template ?? null, row.priority ?? 50],
  );
}

export interface MilestoneRow {
  readonly customer: string;
  readonly definition: string;
  readonly type?: string;
  readonly occurrence?: string;
  readonly detectedAt?: string;
  readonly isHistorical?: boolean;
  readonly revokedReason?: string;
  readonly celebratedAt?: string;
}

/** Records a milestone and returns its id. */
export async function addMilestone(state: Engine, row: MilestoneRow): Promise<string> {
  const type = row.type ?? 'usage';
  const detected = row.detectedAt ?? '2026-01-29T10:00:00Z';
  const occurrence = row.occurrence ?? '1';
  await state.execute(
    `insert into customer_milestones
       (id, customer_id, milestone_type, milestone_name, milestone_value, achieved_at, celebrated, celebrated_at,
        created_at, definition_id, definition_version, occurrence, achieved_precision, detected_at, data_as_of,
        is_historical, revoked_at, revoked_reason)
     values (
       cast(md5(cast($1 as text) || '|' || cast(cast(md5(cast($2 as text) || '|' || cast($3 as text)) as uuid) as text) || '|' || cast($4 as text)) as uuid),
       cast($1 as text), cast($2 as text), cast($3 as text), '1000000', cast($5 as timestamptz), $6, cast($7 as timestamptz),
       cast($5 as timestamptz), cast(md5(cast($2 as text) || '|' || cast($3 as text)) as uuid), 1, cast($4 as text), 'event', cast($5 as timestamptz),
       date '2026-01-29', $8, cast($9 as timestamptz), $10
     )`,
    [
      row.customer,
      type,
      row.definition,
      occurrence,
      detected,
      row.celebratedAt !== undefined,
      row.celebratedAt ?? null,
      row.isHistorical ?? false,
      row.revokedReason === undefined ? null : detected,
      row.revokedReason ?? null,
    ],
  );
  const [found] = await state.query(
    `select id from customer_milestones
     where customer_id = $1 and milestone_type = $2 and milestone_name = $3 and occurrence = $4`,
    [row.customer, type, row.definition, occurrence],
  );
  return String(found?.['id']);
}

/** The code of what is thrown, and its message and fix. */
export async function fetchError(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TenureError) return `${error.code}: ${error.message} ${error.fix}`;
    throw error;
  }
  return 'nothing was thrown';
}
