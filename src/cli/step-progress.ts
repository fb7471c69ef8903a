import { SingleBar } from 'cli-progress';
import type { GenerateProgress } from '../app/index.ts';
import type { CliContext } from './command.ts';

/** Shows which step is being done, and how far all of them are. */
export interface StepProgress {
  onProgress(progress: GenerateProgress): void;
  stop(): void;
}

/** A bar on a terminal, nothing elsewhere: the result says what was done. */
export function openStepProgress(context: CliContext, isQuiet: boolean): StepProgress {
  if (isQuiet || !context.isTerminal) return { onProgress() {}, stop() {} };
  const bar = new SingleBar({
    format: '  {bar} {percentage} %  {step}',
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(1, 0, { step: '' });
  let [shown, known] = [0, 0];
  return {
    onProgress({ step, done, total, percent }) {
      // A step may run several statements, each from nothing to all: the bar does not go back with them.
      shown = Math.max(total === known ? shown : 0, done + (percent ?? 0) / 100);
      known = total;
      bar.setTotal(total);
      bar.update(shown, { step });
    },
    stop() {
      bar.stop();
    },
  };
}
