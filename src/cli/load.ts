import path from 'node:path';
import { SingleBar } from 'cli-progress';
import type { LoadCommand, Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import { type CliContext, type Command, type Invocation, parseTextOption } from './command.ts';
import { renderLoadReport } from './load-report.ts';
import { openCurrent } from './open.ts';
import { renderTextTable } from './text-table.ts';

/** Progress of a load on a terminal: which file, which phase. */
function openLoadProgress(context: CliContext, isQuiet: boolean) {
  if (isQuiet || !context.isTerminal) return { onProgress: undefined, stop() {} };
  const bar = new SingleBar({ format: '  {bar} {phase} {file}', clearOnComplete: true, hideCursor: true });
  bar.start(100, 0, { phase: 'read', file: '' });
  const onProgress: NonNullable<LoadCommand['onProgress']> = (progress, percent) =>
    bar.update(percent ?? 0, { phase: progress.phase, file: progress.file ?? progress.table });
  return { onProgress, stop: () => bar.stop() };
}

async function runUndoCommand(
  tenure: Tenure,
  undo: { readonly batchId: string; readonly isJson: boolean },
  context: CliContext,
): Promise<number> {
  const { batchId, isJson } = undo;
  const report = await tenure.undo(batchId);
  const text = `Batch ${batchId} taken back: ${report.removed} rows removed, ${report.restored} earlier versions restored.\n`;
  context.write(isJson ? `${JSON.stringify(report)}\n` : text);
  return 0;
}

async function runListCommand(tenure: Tenure, isJson: boolean, context: CliContext): Promise<number> {
  const batches = await tenure.listBatches();
  const columns = Object.keys(batches[0] ?? { batchId: '' });
  const rows = batches.map((batch) =>
    columns.map((column) => String(batch[column as keyof typeof batch] ?? '')),
  );
  context.write(isJson ? `${JSON.stringify(batches)}\n` : renderTextTable(columns, rows));
  return 0;
}

/** A path as it was given where that is possible, so that reports and rejects name files as the user does. */
function parsePath(word: string, cwd: string): string {
  return path.isAbsolute(word) ? word : path.relative(process.cwd(), path.resolve(cwd, word)) || '.';
}

/** The source that is asked for; undefined where files are. */
function parseSource(invocation: Invocation): LoadCommand['source'] {
  const [kind, name] = [parseTextOption(invocation, 'from'), parseTextOption(invocation, 'source')];
  const hasPaths = invocation.positionals.length > 0;
  if (kind === undefined && name === undefined) {
    if (hasPaths) return undefined;
    throw new TenureError('USAGE', { problem: 'tenure load needs a file or folder, or --source NAME.' });
  }
  if (hasPaths || parseTextOption(invocation, 'map') !== undefined)
    throw new TenureError('USAGE', { problem: 'tenure load takes files or a source, not both.' });
  return { name, kind };
}

async function runLoadCommand(invocation: Invocation, context: CliContext): Promise<number> {
  const tenure = openCurrent(invocation, context);
  const undo = parseTextOption(invocation, 'undo');
  if (undo !== undefined)
    return runUndoCommand(tenure, { batchId: undo, isJson: invocation.isJson }, context);
  if (invocation.options['batches'] === true) return runListCommand(tenure, invocation.isJson, context);
  const source = parseSource(invocation);
  const [table, mapFile] = [parseTextOption(invocation, 'table'), parseTextOption(invocation, 'map')];
  const progress = openLoadProgress(context, invocation.isJson);
  try {
    const report = await tenure.load({
      paths: invocation.positionals.map((word) => parsePath(word, context.cwd)),
      ...(source === undefined ? {} : { source }),
      ...(table === undefined ? {} : { table }),
      ...(mapFile === undefined ? {} : { mapFile: path.resolve(context.cwd, mapFile) }),
      isDryRun: invocation.options['dry-run'] === true,
      isStrict: invocation.options['strict'] === true,
      isFullRefresh: invocation.options['full-refresh'] === true,
      signal: context.signal,
      ...(progress.onProgress === undefined ? {} : { onProgress: progress.onProgress }),
    });
    progress.stop();
    context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderLoadReport(report));
    return report.status !== 'loaded' && report.rejected > 0 ? 1 : 0;
  } finally {
    progress.stop();
  }
}

export const loadCommand: Command = {
  name: 'load',
  summary: 'Load CSV, Parquet, JSON lines or a database into the raw tables.',
  usage: '(PATH… | --source NAME) [--table T] [--map FILE] [--dry-run] [--strict] | --undo BATCH | --batches',
  maxWords: Number.POSITIVE_INFINITY,
  options: {
    source: { type: 'string', value: 'NAME', description: 'A database of sources.yml, in place of files.' },
    from: {
      type: 'string',
      value: 'KIND',
      description: 'The source of that kind: postgres or clickhouse. Enough where there is one.',
    },
    table: {
      type: 'string',
      value: 'T',
      description: 'The table, when the file names do not say it; of a source, only that one.',
    },
    map: { type: 'string', value: 'FILE', description: 'A mapping file for other names and columns.' },
    'dry-run': { type: 'boolean', description: 'Report everything, write nothing.' },
    strict: { type: 'boolean', description: 'One rejected row, and nothing is loaded.' },
    'full-refresh': {
      type: 'boolean',
      description: 'Read all of a source or folder again, not only what is new.',
    },
    undo: { type: 'string', value: 'BATCH', description: 'Take a batch back.' },
    batches: { type: 'boolean', description: 'List the batches.' },
  },
  examples: [
    { line: 'tenure load data/', note: 'A folder; each file named after its table.' },
    {
      line: 'tenure load orders.csv.gz --map shop.yml',
      note: 'Other names and columns, described in a mapping file.',
    },
    { line: 'tenure load --source crm', note: 'The tables of a database that sources.yml describes.' },
    { line: 'tenure load data/ --dry-run', note: 'What would happen. Exit code 1 when rows are rejected.' },
    { line: 'tenure load --undo 3', note: 'Takes batch 3 back; what it replaced returns.' },
  ],
  run: runLoadCommand,
};
