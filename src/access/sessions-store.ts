import type { Engine } from '../engines/index.ts';

export interface StoredSession {
  readonly keyId: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly lastSeenAt: string;
}

export async function insertSession(
  state: Engine,
  tokenHash: string,
  { keyId, expiresAt, now }: { readonly keyId: string; readonly expiresAt: string; readonly now: string },
): Promise<void> {
  // Nobody comes back to those that are over.
  await state.execute('delete from sessions where expires_at <= cast($1 as timestamptz)', [now]);
  await state.execute(
    `insert into sessions (token_hash, key_id, created_at, expires_at, last_seen_at)
     values ($1, cast($2 as uuid), cast($4 as timestamptz), cast($3 as timestamptz), cast($4 as timestamptz))`,
    [tokenHash, keyId, expiresAt, now],
  );
}

export async function fetchSession(state: Engine, tokenHash: string): Promise<StoredSession | null> {
  const [row] = await state.query(
    'select key_id, expires_at, last_seen_at from sessions where token_hash = $1',
    [tokenHash],
  );
  if (row === undefined) return null;
  return {
    keyId: String(row['key_id']),
    expiresAt: String(row['expires_at']),
    lastSeenAt: String(row['last_seen_at']),
  };
}

export async function writeSessionUse(state: Engine, tokenHash: string, now: string): Promise<void> {
  await state.execute('update sessions set last_seen_at = cast($2 as timestamptz) where token_hash = $1', [
    tokenHash,
    now,
  ]);
}

export async function deleteSession(state: Engine, tokenHash: string): Promise<void> {
  await state.execute('delete from sessions where token_hash = $1', [tokenHash]);
}
