import type { Engine } from '../engines/index.ts';
import type { AuditEntry, AuditFilter, RecordedAudit } from './access-key.ts';

export async function insertAudit(
  state: Engine,
  { actor, action, subject, detail, address }: AuditEntry,
  { id, now }: { readonly id: string; readonly now: string },
): Promise<void> {
  await state.execute(
    `insert into audit_log (id, happened_at, actor, action, subject, detail, address)
     values (cast($1 as uuid), cast($2 as timestamptz), $3, $4, $5, cast($6 as json), $7)`,
    [id, now, actor, action, subject, JSON.stringify(detail), address],
  );
}

/** The latest first. */
export async function fetchAudit(
  state: Engine,
  { actor, action, limit = 100 }: AuditFilter,
): Promise<readonly RecordedAudit[]> {
  const rows = await state.query(
    `select id, happened_at, actor, action, subject, detail, address from audit_log
     where actor = coalesce(cast($1 as text), actor) and action = coalesce(cast($2 as text), action) order by happened_at desc, id limit $3`,
    [actor ?? null, action ?? null, limit],
  );
  return rows.map((row) => ({
    id: String(row['id']),
    at: String(row['happened_at']),
    actor: String(row['actor']),
    action: String(row['action']),
    subject: row['subject'] === null ? null : String(row['subject']),
    detail: JSON.parse(String(row['detail'])) as Record<string, unknown>,
    address: row['address'] === null ? null : String(row['address']),
  }));
}
