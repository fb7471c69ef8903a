/** What a person or a program may do, from the least to the most: read; also act on customers; also administer. */
export const ROLES = ['viewer', 'csm', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** True where a role may do what takes another. */
export function isRoleEnough(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** A key without the key itself, which nobody knows but its owner. Times are ISO 8601 in UTC. */
export interface AccessKey {
  readonly id: string;
  /** Of the person or the program. */
  readonly name: string;
  readonly role: Role;
  /** The member of the team it stands for; null for a program. */
  readonly memberId: string | null;
  /** Its first characters, to tell it by. */
  readonly start: string;
  readonly createdAt: string;
  /** Null for one that does not end by itself. */
  readonly expiresAt: string | null;
  /** To the minute; null for one that was never used. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewAccessKey {
  readonly name: string;
  readonly role: Role;
  readonly memberId?: string | undefined;
  /** ISO 8601; never unless given. */
  readonly expiresAt?: string | undefined;
}

/** Something that was done. */
export interface AuditEntry {
  readonly actor: string;
  /** `key.added`, `sign-in.failed`, or the operation of the API: `draftCelebration`. */
  readonly action: string;
  /** What it was done to; null where that says nothing. */
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The network address it came from; null for the command line. */
  readonly address: string | null;
}

/** An entry as it stands in the log. */
export interface RecordedAudit extends AuditEntry {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** 100 unless given. */
  readonly limit?: number | undefined;
}
