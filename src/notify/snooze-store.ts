import { type Clock, type Ids, utcTime } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import type { Snooze } from './plan-deliveries.ts';

/** A snooze as somebody sets it. */
export interface NewSnooze extends Snooze {
  readonly createdBy: string | null;
}

/** A snooze as it is stored. */
export interface StoredSnooze extends NewSnooze {
  readonly id: string;
}

/** Sets a snooze. It counts for what is planned from now on; `snoozePlanned` lets what was planned before follow it. Returns its id. */
export async function writeSnooze(
  engine: Engine,
  snooze: NewSnooze,
  { ids, clock }: { readonly ids: Ids; readonly clock: Clock },
): Promise<string> {
  const id = ids.next();
  await engine.execute(
    `insert into snoozes (id, scope, scope_id, mode, until_at, reason, created_by, created_at)
     values (cast($1 as uuid), $2, $3, $4, cast($5 as timestamptz), $6, $7, cast($8 as timestamptz))`,
    [
      ...[id, snooze.scope, snooze.scopeId, snooze.mode, new Date(snooze.until).toISOString()],
      ...[snooze.reason, snooze.createdBy, utcTime(clock)],
    ],
  );
  return id;
}

/** Ends a snooze early; false when there is none of that id in force. */
export async function endSnooze(
  engine: Engine,
  id: string,
  { clock }: { readonly clock: Clock },
): Promise<boolean> {
  const changed = await engine.execute(
    'update snoozes set ended_at = cast($2 as timestamptz) where id = cast($1 as uuid) and ended_at is null',
    [id, utcTime(clock)],
  );
  return changed === 1;
}

function parseSnooze(row: Row): StoredSnooze {
  return {
    id: String(row['id']),
    scope: String(row['scope']) as Snooze['scope'],
    scopeId: String(row['scope_id']),
    mode: String(row['mode']) as Snooze['mode'],
    until: Date.parse(String(row['until_at'])),
    reason: String(row['reason']),
    createdBy: row['created_by'] as string | null,
  };
}

/** The snoozes in force at a moment, the first to end first. */
export async function listSnoozes(engine: Engine, now: number): Promise<readonly StoredSnooze[]> {
  const rows = await engine.query(
    `select * from snoozes where ended_at is null and until_at > cast($1 as timestamptz) order by until_at, id`,
    [new Date(now).toISOString()],
  );
  return rows.map(parseSnooze);
}
