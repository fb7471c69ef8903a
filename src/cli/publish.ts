import path from 'node:path';
import { PUBLISH_TARGETS, type PublishReport } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import {
  type CliContext,
  type Command,
  type Invocation,
  PROJECT_OPTION,
  parseListOption,
  parseTextOption,
} from './command.ts';
import { openCurrent } from './open.ts';
import { SELECTION_OPTIONS } from './selection.ts';
import { openStepProgress } from './step-progress.ts';
import { renderTextTable } from './text-table.ts';
import { parseOneOf } from './verb-command.ts';

function renderReport({ tables, dropped, place, to, asOf, rows, seconds }: PublishReport): string {
  const shown = tables.filter(({ change }) => change !== 'unchanged');
  const left = tables.length - shown.length;
  const table = renderTextTable(
    ['table', 'rows', 'seconds', 'change'],
    shown.map((one) => [`${one.schema}.${one.name}`, one.rows, one.seconds.toFixed(2), one.change]),
  );
  const what = to === 'postgres' ? `the database ${place}` : place;
  const day = asOf === null ? '' : ` as of ${asOf}`;
  return [
    ...(shown.length === 0 ? [] : [table]),
    ...(left === 0 ? [] : [`${left} tables were as they should be.\n`]),
    ...(dropped.length === 0 ? [] : [`No longer published: ${dropped.join(', ')}.\n`]),
    `Published${day} in ${seconds.toFixed(1)} s: ${tables.length} tables, ${rows} rows, in ${what}\n`,
  ].join('');
}

function parseTarget(invocation: Invocation) {
  const text = parseTextOption(invocation, 'to');
  return text === undefined ? undefined : parseOneOf(text, PUBLISH_TARGETS);
}

function resolveFile(context: CliContext, file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.resolve(context.cwd, file);
}

/** An address has its password in it, and a command line is seen by everybody on the machine. */
function assertNoAddress(word: string | undefined): void {
  if (word === undefined || !/^[a-z]+:\/\//i.test(word)) return;
  const problem =
    'The address of a database is not taken from the command line: put it into the environment as TENURE_POSTGRES_URL.';
  throw new TenureError('USAGE', { problem });
}

async function runPublishCommand(invocation: Invocation, context: CliContext): Promise<number> {
  const [place] = invocation.positionals;
  assertNoAddress(place);
  const to = parseTarget(invocation);
  if (to === 'postgres' && place !== undefined)
    throw new TenureError('USAGE', { problem: 'PostgreSQL takes no path.' });
  const progress = openStepProgress(context, invocation.isJson);
  try {
    const report = await openCurrent(invocation, context).publish({
      to,
      path: resolveFile(context, place),
      urlEnv: parseTextOption(invocation, 'url-env'),
      urlFile: resolveFile(context, parseTextOption(invocation, 'url-file')),
      select: parseListOption(invocation, 'select'),
      exclude: parseListOption(invocation, 'exclude'),
      signal: context.signal,
      onProgress: (step) => progress.onProgress({ ...step, percent: null }),
    });
    progress.stop();
    context.write(invocation.isJson ? `${JSON.stringify(report)}\n` : renderReport(report));
    return 0;
  } finally {
    progress.stop();
  }
}

export const publishCommand: Command = {
  name: 'publish',
  summary: 'Put marts and metrics where BI tools read: PostgreSQL, Parquet files or a DuckDB file.',
  usage: '[PATH] --to postgres|parquet|duckdb [--select S] [--exclude S]',
  maxWords: 1,
  options: {
    to: {
      type: 'string',
      value: 'T',
      description: 'postgres, parquet (PATH is a folder) or duckdb (a file).',
    },
    'url-env': {
      type: 'string',
      value: 'NAME',
      description:
        'The environment variable with the address of the database; TENURE_POSTGRES_URL unless told.',
    },
    'url-file': { type: 'string', value: 'FILE', description: 'A file that holds that address instead.' },
    select: SELECTION_OPTIONS.select,
    exclude: SELECTION_OPTIONS.exclude,
    ...PROJECT_OPTION,
  },
  examples: [
    { line: 'tenure publish --to postgres', note: 'Into the database that TENURE_POSTGRES_URL names.' },
    {
      line: 'tenure publish exports --to parquet',
      note: 'A folder for this build; exports/latest names it.',
    },
    { line: 'tenure publish bi.duckdb --to duckdb', note: 'A read-only file, replaced at once.' },
    { line: 'tenure publish', note: 'As publish: in tenure.yml says.' },
  ],
  run: runPublishCommand,
};
