import { drawSecret, hashSecret, TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import type { AccessKey, NewAccessKey, Role } from './access-key.ts';

const PREFIX = 'tnr_';
const START_LENGTH = 10;
const COLUMNS =
  'id, name, role, member_id, key_hash, key_start, created_at, expires_at, last_used_at, revoked_at';

/** A key with what it is recognised by. */
export interface StoredKey extends AccessKey {
  readonly hash: string;
}

function parseKey(row: Row): StoredKey {
  const optional = (name: string) => (row[name] === null ? null : String(row[name]));
  return {
    id: String(row['id']),
    name: String(row['name']),
    role: String(row['role']) as Role,
    memberId: optional('member_id'),
    start: String(row['key_start']),
    createdAt: String(row['created_at']),
    expiresAt: optional('expires_at'),
    lastUsedAt: optional('last_used_at'),
    revokedAt: optional('revoked_at'),
    hash: String(row['key_hash']),
  };
}

/** Every key there ever was, the oldest first. */
export async function fetchKeys(state: Engine): Promise<readonly StoredKey[]> {
  return (await state.query(`select ${COLUMNS} from access_keys order by created_at, id`)).map(parseKey);
}

/** Writes a new key and returns the text of it, which is kept nowhere. */
export async function insertKey(
  state: Engine,
  { name, role, memberId, expiresAt }: NewAccessKey,
  { id, now }: { readonly id: string; readonly now: string },
): Promise<string> {
  const key = PREFIX + drawSecret();
  await state.execute(
    `insert into access_keys (id, name, role, member_id, key_hash, key_start, created_at, expires_at)
     values (cast($1 as uuid), $2, $3, $4, $5, $6, cast($7 as timestamptz), cast($8 as timestamptz))`,
    [id, name, role, memberId ?? null, hashSecret(key), key.slice(0, START_LENGTH), now, expiresAt ?? null],
  );
  return key;
}

/** @throws TenureError KEY_UNKNOWN, also where it was revoked before */
export async function revokeKey(state: Engine, id: string, now: string): Promise<void> {
  const changed = await state.execute(
    `update access_keys set revoked_at = cast($2 as timestamptz)
     where cast(id as varchar) = $1 and revoked_at is null`,
    [id, now],
  );
  if (changed === 0) throw new TenureError('KEY_UNKNOWN', { id });
  await state.execute('delete from sessions where cast(key_id as varchar) = $1', [id]);
}

export async function writeKeyUse(state: Engine, id: string, now: string): Promise<void> {
  await state.execute(
    'update access_keys set last_used_at = cast($2 as timestamptz) where id = cast($1 as uuid)',
    [id, now],
  );
}
