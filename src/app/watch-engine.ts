import type { Engine } from '../engines/index.ts';

const TICK_MILLISECONDS = 200;

export interface EngineWatch {
  /** Interrupts the running statement when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Hears a few times a second how far the running statement is, 0–100; null where that is not known. */
  readonly onTick?: ((percent: number | null) => void) | undefined;
}

/** Looks after an engine that is at work; the function returned ends that. */
export function watchEngine(engine: Engine, { signal, onTick }: EngineWatch): () => void {
  const interrupt = () => engine.interrupt();
  signal?.addEventListener('abort', interrupt);
  const timer = onTick && setInterval(() => onTick(engine.progress()), TICK_MILLISECONDS);
  return () => {
    signal?.removeEventListener('abort', interrupt);
    clearInterval(timer);
  };
}

/** A watch whose `onProgress` passes on what begins, and repeats it with how far the running statement is. */
export function buildProgressWatch<T>(
  signal: AbortSignal | undefined,
  listen: (progress: T, percent: number | null) => void,
) {
  let last: T | undefined;
  return {
    signal,
    onProgress(progress: T): void {
      last = progress;
      listen(progress, null);
    },
    onTick(percent: number | null): void {
      if (last !== undefined) listen(last, percent);
    },
  };
}
