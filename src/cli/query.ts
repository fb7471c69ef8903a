import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FILE_FORMATS, type FileFormat, type QueryTarget, type Tenure } from '../app/index.ts';
import { TenureError } from '../base/index.ts';
import type { Value } from '../engines/index.ts';
import {
  type CliContext,
  type Command,
  type Invocation,
  PROJECT_OPTION,
  parseTextOption,
} from './command.ts';
import { openCurrent } from './open.ts';
import { renderTextTable } from './text-table.ts';

const TABLE_ROWS = 1000;

function parseTarget(invocation: Invocation): QueryTarget {
  if (invocation.options['raw'] === true) return 'raw';
  return invocation.options['failed'] === true ? 'failed' : 'warehouse';
}

interface QueryRequest {
  readonly sql: string;
  readonly target: QueryTarget;
}

async function writeTable(tenure: Tenure, request: QueryRequest, context: CliContext): Promise<void> {
  let columns: readonly string[] = [];
  const rows: (readonly Value[])[] = [];
  for await (const chunk of tenure.stream(request.sql, request.target)) {
    columns = chunk.columns;
    rows.push(...chunk.rows.slice(0, TABLE_ROWS + 1 - rows.length));
    if (rows.length > TABLE_ROWS) break;
  }
  context.write(renderTextTable(columns, rows.slice(0, TABLE_ROWS)));
  if (rows.length > TABLE_ROWS)
    context.note(`Only the first ${TABLE_ROWS} rows: --format csv gives all of them.\n`);
}

async function writeFormatted(
  tenure: Tenure,
  request: QueryRequest & { readonly format: FileFormat; readonly out: string | undefined },
  context: CliContext,
): Promise<void> {
  if (request.out !== undefined) {
    const file = path.resolve(context.cwd, request.out);
    const rows = await tenure.writeQuery({ ...request, file });
    context.note(`${rows} rows to ${request.out}\n`);
    return;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-query-'));
  try {
    const file = path.join(folder, `result.${request.format}`);
    await tenure.writeQuery({ ...request, file });
    await context.pipe(fs.createReadStream(file));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function parseFormat(invocation: Invocation): FileFormat | 'table' {
  const text = parseTextOption(invocation, 'format') ?? (invocation.isJson ? 'json' : 'table');
  if (text === 'table') return text;
  const format = FILE_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new TenureError('USAGE', { problem: `--format ${text}: choose table, ${FILE_FORMATS.join(', ')}.` });
}

export const queryCommand: Command = {
  name: 'query',
  summary: 'Ask the warehouse in SQL; every model by its bare name.',
  usage: '"SQL" [--format table|csv|json|arrow|parquet] [--out FILE]',
  maxWords: 1,
  options: {
    format: { type: 'string', value: 'F', description: 'table (default), csv, json, arrow or parquet.' },
    out: { type: 'string', value: 'FILE', description: 'Write the result to a file.' },
    raw: { type: 'boolean', description: 'Ask the raw tables as loaded, built or not (and raw_rejects).' },
    failed: { type: 'boolean', description: 'Ask the warehouse of the last build that failed.' },
    ...PROJECT_OPTION,
  },
  examples: [
    {
      line: 'tenure query "from customer_lifetime_value order by total_revenue desc limit 10"',
      note: 'A model.',
    },
    {
      line: 'tenure query --raw "from raw_rejects"',
      note: 'Why rows were rejected.',
    },
    {
      line: 'tenure query "from daily_summary" --format parquet --out daily.parquet',
      note: 'A file for another tool.',
    },
  ],
  async run(invocation, context) {
    const [sql] = invocation.positionals;
    if (sql === undefined) {
      throw new TenureError('USAGE', { problem: 'tenure query takes one statement in quotes.' });
    }
    const format = parseFormat(invocation);
    const out = parseTextOption(invocation, 'out');
    if (format === 'table' && out !== undefined) {
      throw new TenureError('USAGE', { problem: '--out needs a --format other than table.' });
    }
    const tenure = openCurrent(invocation, context);
    const request = { sql, target: parseTarget(invocation) };
    if (format === 'table') await writeTable(tenure, request, context);
    else await writeFormatted(tenure, { ...request, format, out }, context);
    return 0;
  },
};
