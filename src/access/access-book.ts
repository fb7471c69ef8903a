import { timingSafeEqual } from 'node:crypto';
import { type Clock, drawSecret, hashSecret, type Ids, TenureError, utcTime } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import {
  type AccessKey,
  type AuditEntry,
  type AuditFilter,
  type NewAccessKey,
  type RecordedAudit,
  ROLES,
} from './access-key.ts';
import { fetchAudit, insertAudit } from './audit-store.ts';
import { fetchKeys, insertKey, revokeKey, type StoredKey, writeKeyUse } from './keys-store.ts';
import { deleteSession, fetchSession, insertSession, writeSessionUse } from './sessions-store.ts';

const MINUTE = 60_000;
const IDLE = 12 * 60 * MINUTE;
const LONGEST = 7 * 24 * 60 * MINUTE;
const LONGEST_NAME = 100;

/** A session of a browser. The token is shown once. */
export interface OpenedSession {
  readonly token: string;
  /** ISO 8601, UTC: it ends then at the latest. */
  readonly expiresAt: string;
  /** How long that is: a browser's clock may be another. */
  readonly seconds: number;
}

/** Who may enter, and what was done. */
export interface AccessBook {
  /** False until the first key is added: then everybody on this machine is an admin. Revoking all keys does not open it again. */
  isKeyNeeded(): Promise<boolean>;
  /** True while there is a key that opens. */
  hasValidKey(): Promise<boolean>;
  /**
   * Makes a key.
   *
   * @returns with `key`, the text of it: it can be read here and never again
   * @throws TenureError KEY_INVALID
   */
  addKey(key: NewAccessKey): Promise<AccessKey & { readonly key: string }>;
  /** Every key there ever was, the oldest first. */
  listKeys(): Promise<readonly AccessKey[]>;
  /**
   * Ends a key, and the sessions it opened.
   *
   * @throws TenureError KEY_UNKNOWN
   */
  revokeKey(id: string): Promise<AccessKey>;
  /** Whose key it is; null where it opens nothing (any more). */
  checkKey(text: string): Promise<AccessKey | null>;
  /** A new session of a key: 12 hours after its last request it is over, and 7 days after its begin. */
  openSession(keyId: string): Promise<OpenedSession>;
  /** Whose session it is; null where it is over. */
  checkSession(token: string): Promise<AccessKey | null>;
  closeSession(token: string): Promise<void>;
  record(entry: AuditEntry): Promise<void>;
  /** The latest first. */
  listAudit(filter?: AuditFilter): Promise<readonly RecordedAudit[]>;
}

/** Where the book is kept, and its sources of time and ids. */
export interface AccessSources {
  readonly state: Engine;
  readonly clock: Clock;
  readonly ids: Ids;
}

function dropHash({ hash: _, ...key }: StoredKey): AccessKey {
  return key;
}

function assertNewKey({ name, role, expiresAt }: NewAccessKey, now: number): void {
  const refuse = (problem: string) => new TenureError('KEY_INVALID', { problem });
  if (name.trim() === '' || name.length > LONGEST_NAME)
    throw refuse(`its name is to have 1 to ${LONGEST_NAME} characters`);
  if (!ROLES.includes(role)) throw refuse(`${role} is none of the roles ${ROLES.join(', ')}`);
  if (expiresAt !== undefined && !(Date.parse(expiresAt) > now)) throw refuse(`${expiresAt} is over`);
}

/** Keys in memory, as they are asked for with every request. */
class KeyRing {
  readonly #state: Engine;
  #keys: Promise<ReadonlyMap<string, StoredKey>> | null = null;
  readonly #writtenUses = new Map<string, number>();

  constructor(state: Engine) {
    this.#state = state;
  }

  fetch(): Promise<ReadonlyMap<string, StoredKey>> {
    if (this.#keys !== null) return this.#keys;
    const keys = fetchKeys(this.#state).then((all) => new Map(all.map((key) => [key.hash, key])));
    this.#keys = keys;
    keys.catch(() => this.forget());
    return keys;
  }

  async list(): Promise<readonly StoredKey[]> {
    return [...(await this.fetch()).values()];
  }

  forget(): void {
    this.#keys = null;
  }

  isValid({ revokedAt, expiresAt }: AccessKey, now: number): boolean {
    return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);
  }

  /** Notes that a key was used, at most once a minute. */
  async noteUse({ id, lastUsedAt }: AccessKey, clock: Clock): Promise<void> {
    const written = this.#writtenUses.get(id) ?? (lastUsedAt === null ? 0 : Date.parse(lastUsedAt));
    if (clock.now() - written < MINUTE) return;
    this.#writtenUses.set(id, clock.now());
    await writeKeyUse(this.#state, id, utcTime(clock));
  }
}

/**
 * Opens the book of who may enter. Its statements stand alone, each in a transaction of its own, so that requests may share it.
 *
 * @example
 * const book = openAccessBook({ state, clock, ids });
 * const { key } = await book.addKey({ name: 'maria', role: 'csm' });
 * await book.checkKey(key); // { name: 'maria', role: 'csm', … }
 */
export function openAccessBook({ state, clock, ids }: AccessSources): AccessBook {
  const ring = new KeyRing(state);
  const seen = new Map<string, number>();
  const findById = async (id: string) => (await ring.list()).find((key) => key.id === id);
  const admit = async (key: StoredKey | undefined): Promise<AccessKey | null> => {
    if (key === undefined || !ring.isValid(key, clock.now())) return null;
    await ring.noteUse(key, clock);
    return dropHash(key);
  };
  const noteSeen = async (tokenHash: string, lastSeenAt: number): Promise<void> => {
    if (clock.now() - Math.max(lastSeenAt, seen.get(tokenHash) ?? 0) < MINUTE) return;
    seen.set(tokenHash, clock.now());
    await writeSessionUse(state, tokenHash, utcTime(clock));
  };
  return {
    isKeyNeeded: async () => (await ring.fetch()).size > 0,
    hasValidKey: async () => (await ring.list()).some((key) => ring.isValid(key, clock.now())),
    addKey: async (wanted) => {
      assertNewKey(wanted, clock.now());
      const id = ids.next();
      const key = await insertKey(state, wanted, { id, now: utcTime(clock) });
      ring.forget();
      return { ...dropHash((await findById(id)) as StoredKey), key };
    },
    listKeys: async () => {
      ring.forget();
      return (await ring.list()).map(dropHash);
    },
    revokeKey: async (id) => {
      await revokeKey(state, id, utcTime(clock)).finally(() => ring.forget());
      return dropHash((await findById(id)) as StoredKey);
    },
    checkKey: async (text) => {
      const hash = hashSecret(text);
      const key = (await ring.fetch()).get(hash);
      const isSame = key !== undefined && timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash));
      return admit(isSame ? key : undefined);
    },
    openSession: async (keyId) => {
      const token = drawSecret();
      const expiresAt = new Date(clock.now() + LONGEST).toISOString();
      await insertSession(state, hashSecret(token), { keyId, expiresAt, now: utcTime(clock) });
      return { token, expiresAt, seconds: LONGEST / 1000 };
    },
    checkSession: async (token) => {
      const hash = hashSecret(token);
      const session = await fetchSession(state, hash);
      if (session === null) return null;
      const lastSeenAt = Math.max(Date.parse(session.lastSeenAt), seen.get(hash) ?? 0);
      const end = Math.min(Date.parse(session.expiresAt), lastSeenAt + IDLE);
      if (clock.now() >= end) return null;
      const key = await admit(await findById(session.keyId));
      if (key !== null) await noteSeen(hash, lastSeenAt);
      return key;
    },
    closeSession: async (token) => {
      seen.delete(hashSecret(token));
      await deleteSession(state, hashSecret(token));
    },
    record: (entry) => insertAudit(state, entry, { id: ids.next(), now: utcTime(clock) }),
    listAudit: (filter = {}) => fetchAudit(state, filter),
  };
}
