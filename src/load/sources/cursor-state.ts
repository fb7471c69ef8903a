/**
 * How far a table of a source was read by its cursor. Values are whole numbers as text: microseconds since the epoch for
 * times, the value itself for numbers; null is before everything.
 */
export interface CursorState {
  readonly kind: 'cursor';
  /** Whatever begins from now on writes no cursor below this. */
  readonly high: string | null;
  /** Whatever was not visible yet has no cursor below this: reading goes on here. */
  readonly bound: string | null;
  /** The transactions that were running, and the lowest cursor each may yet write. */
  readonly running: Readonly<Record<string, string | null>>;
}

/** What a source says just before a table is read. */
export interface CursorSight {
  readonly high: bigint | null;
  /** Transactions under way, looked up after `high`; one that is prepared for a commit in two phases begins with `PREPARED`. */
  readonly running: readonly string[];
}

/** How a transaction is called that was prepared for a commit in two phases: by another name than before that. */
export const PREPARED = 'prepared ';

function lower(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return null;
  return BigInt(left) < BigInt(right) ? left : right;
}

/**
 * The state after a read, from the state before it (null for a first read). A transaction that was not under way last time
 * began since, so it writes nothing below what was the highest cursor then; one that was keeps the bound it had. Why this loses nothing:
 * docs/decisions/late-commits-of-a-source.md.
 */
export function advanceCursor(last: CursorState | null, sight: CursorSight): CursorState {
  const boundOf = (id: string): string | null => {
    if (last === null) return null;
    const known = last.running[id];
    if (known !== undefined) return known;
    return id.startsWith(PREPARED) ? last.bound : last.high;
  };
  const high = sight.high === null ? null : String(sight.high);
  const running = Object.fromEntries(sight.running.map((id) => [id, boundOf(id)]));
  return { kind: 'cursor', high, bound: Object.values(running).reduce(lower, high), running };
}
