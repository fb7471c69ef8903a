import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, TenureError } from '../base/index.ts';
import type { Engine } from './engine.ts';

/** An engine has one connection: a second transaction may begin when the first has ended. */
const queues = new WeakMap<Engine, Promise<unknown>>();

const ATTEMPTS = 6;
/** What DuckDB and PostgreSQL say of a change that another connection was first with; not the words of a statement. */
const CONFLICT =
  /TransactionContext Error|Transaction conflict|Conflict on|write-write conflict|could not serialize|deadlock detected/;
/** What they say where another connection was first to write the same new row. */
const SAME_ROW = /duplicate key|constraint/i;

/** True for an error that says another connection was first. */
export function isConflict(error: unknown): boolean {
  return CONFLICT.test(errorText(error));
}

function isWorthAnother(error: unknown): boolean {
  if (!(error instanceof TenureError)) return false;
  if (error.code === 'STATE_BUSY') return true;
  return error.code === 'QUERY_FAILED' && (isConflict(error) || SAME_ROW.test(errorText(error)));
}

async function runAttempts<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await engine.transaction(work, 'serializable');
    } catch (error) {
      if (attempt === ATTEMPTS || !isWorthAnother(error)) throw error;
      await sleep(5 * attempt);
    }
  }
}

/**
 * Runs work in a transaction of its own, one after another on an engine, and again where another process changed the same
 * rows meanwhile. Everything `work` decides by it must read inside.
 */
export async function runAlone<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  const before = queues.get(engine) ?? Promise.resolve();
  const turn = before.then(() => runAttempts(engine, work));
  queues.set(
    engine,
    turn.catch(() => undefined),
  );
  return turn;
}
