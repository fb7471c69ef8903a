import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, TenureError } from '../base/index.ts';
import type { Engine } from './engine.ts';

/** An engine has one connection: a second transaction may begin when the first has ended. */
const queues = new WeakMap<Engine, Promise<unknown>>();

const ATTEMPTS = 6;
/** What the engines say when two writers meet at one row. */
const CONFLICT = /conflict|could not serialize|deadlock|duplicate key|constraint/i;

function isConflict(error: unknown): boolean {
  if (!(error instanceof TenureError)) return false;
  return error.code === 'STATE_BUSY' || (error.code === 'QUERY_FAILED' && CONFLICT.test(errorText(error)));
}

async function runAttempts<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await engine.transaction(work, 'serializable');
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error;
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
