import { SingleBar } from 'cli-progress';
import type { NodeResult, RunSummary } from '../runner/index.ts';
import type { CliContext } from './command.ts';

const MARKS: Readonly<Record<NodeResult['status'], string>> = {
  success: '✓',
  pass: '✓',
  warn: '!',
  fail: '✗',
  error: '✗',
  skipped: '-',
};

const INDENT = '      ';

/** One line for a node that has run; what went wrong is told below it. */
export function renderNodeLine(result: NodeResult): string {
  const mark = MARKS[result.status];
  const rows = result.rows === null ? '' : `  ${result.rows} rows`;
  const line = `  ${mark} ${result.resourceType.replace('_', ' ').padEnd(10)}${result.name}${rows}  ${result.seconds.toFixed(2)} s`;
  if (result.status === 'success' || result.status === 'pass') return `${line}\n`;
  const message = result.message.split('\n').map((text) => `${INDENT}${text}`);
  return `${line}  ${result.status.toUpperCase()}\n${message.join('\n')}\n${INDENT}in ${result.file}\n`;
}

/** Shows a run as it goes: every node on a line where asked, else only what needs attention, with a bar. */
export interface RunProgress {
  onResult(result: NodeResult, done: number, total: number): void;
  onTrain(name: string, trainedTo: string): void;
  stop(): void;
}

/** A progress view on standard error: a bar on a terminal, plain lines elsewhere. */
export function openRunProgress(context: CliContext, isQuiet: boolean): RunProgress {
  if (isQuiet) return { onResult() {}, onTrain() {}, stop() {} };
  const bar = context.isTerminal
    ? new SingleBar({ format: '  {bar} {value}/{total}  {node}', clearOnComplete: true, hideCursor: true })
    : null;
  let isStarted = false;
  return {
    onResult(result, done, total) {
      // What was stopped on request is told once, by the command.
      if (result.skippedBecause === 'stopped') return;
      const isFine = result.status === 'success' || result.status === 'pass';
      // A passed test is no news: models and seeds get their line, tests only when they found something.
      if (result.resourceType === 'model' || result.resourceType === 'seed' || !isFine) {
        if (isStarted) context.note('\r\u001b[K');
        context.note(renderNodeLine(result));
      }
      if (bar === null) return;
      if (!isStarted) bar.start(total, done, { node: result.name });
      isStarted = true;
      bar.update(done, { node: result.name });
    },
    onTrain(name, trainedTo) {
      if (isStarted) bar?.update({ node: `training ${name} on snapshots to ${trainedTo}` });
    },
    stop() {
      bar?.stop();
    },
  };
}

/** The table at the end of a run: how many of each kind came to what. */
export function renderRunSummary(summary: RunSummary): string {
  const kinds = new Map<string, Map<string, number>>();
  for (const result of summary.results) {
    const counts = kinds.get(result.resourceType) ?? new Map<string, number>();
    counts.set(result.status, (counts.get(result.status) ?? 0) + 1);
    kinds.set(result.resourceType, counts);
  }
  const lines = [...kinds].map(([kind, counts]) => {
    const parts = [...counts].map(([status, count]) => `${count} ${status}`);
    return `  ${`${kind.replace('_', ' ')}s`.padEnd(12)}${parts.join(', ')}`;
  });
  return `${lines.join('\n')}\n`;
}
