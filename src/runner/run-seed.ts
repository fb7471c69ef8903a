import fs from 'node:fs';
import path from 'node:path';
import { errorText, quoteIdentifier, quoteLiteral, quoteRelation, TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type CsvTable, parseCsvTable } from './csv-table.ts';
import { finishRelation } from './finish-relation.ts';
import type { ManifestNode } from './manifest.ts';
import { runWithHooks } from './node-hooks.ts';
import type { NodeContext, NodeOutcome } from './run-types.ts';
import { inferSeedType } from './seed-types.ts';
import { buildNameBeside, replaceRelation } from './swap-relation.ts';

const CELLS_PER_STATEMENT = 5000;

interface SeedColumn {
  readonly name: string;
  readonly type: string;
  readonly render: (cell: string) => string | null;
}

type SeedRows = CsvTable['rows'];

function decodeText(bytes: Buffer, file: string): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch (error) {
    const lines = bytes.toString('latin1').split('\n');
    const broken = lines.findIndex((line) => Buffer.from(line, 'latin1').toString('utf8').includes('\uFFFD'));
    const details = { file, line: broken + 1, problem: 'the text is not UTF-8' };
    throw new TenureError('CSV_INVALID', details, { cause: error });
  }
}

function readSeedTable(node: ManifestNode): CsvTable {
  const file = path.join(node.root_path, node.original_file_path);
  const text = decodeText(fs.readFileSync(file), node.original_file_path);
  return parseCsvTable(text, { file: node.original_file_path, delimiter: node.config.delimiter });
}

function buildColumns(engine: Engine, node: ManifestNode, table: CsvTable): readonly SeedColumn[] {
  const declared = new Map(
    Object.entries(node.config.column_types).map(([name, type]) => [name.toLowerCase(), type]),
  );
  const unknown = [...declared.keys()].find(
    (name) => !table.header.some((column) => column.toLowerCase() === name),
  );
  if (unknown !== undefined) {
    const problem = `column_types names ${unknown}, which the header does not have`;
    throw new TenureError('CSV_INVALID', { file: node.original_file_path, line: 1, problem });
  }
  return table.header.map((header, index) => {
    // Unquoted names, dbt's default for seeds, are lower case in PostgreSQL.
    const isFolded = node.config.quote_columns !== true && engine.profile.kind === 'postgres';
    const name = isFolded ? header.toLowerCase() : header;
    const type = declared.get(header.toLowerCase());
    if (type !== undefined) return { name, type, render: (cell: string) => cell };
    const inferred = inferSeedType(table.rows.map((row) => row.cells[index] ?? null));
    return { name, type: engine.dialect.typeName(inferred.type), render: inferred.render };
  });
}

function renderValue(cell: string | null | undefined, column: SeedColumn): string {
  const text = cell === null || cell === undefined ? null : column.render(cell);
  return text === null ? 'null' : quoteLiteral(text);
}

function listBatches(rows: SeedRows, width: number): readonly SeedRows[] {
  const size = Math.max(1, Math.floor(CELLS_PER_STATEMENT / Math.max(1, width)));
  const batches = [];
  for (let start = 0; start < rows.length; start += size) batches.push(rows.slice(start, start + size));
  return batches;
}

interface SeedTarget {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly SeedColumn[];
}

async function insertRows(engine: Engine, target: SeedTarget, rows: SeedRows): Promise<void> {
  const names = target.columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const tuples = rows.map(
    (row) => `(${target.columns.map((column, index) => renderValue(row.cells[index], column)).join(', ')})`,
  );
  const relation = quoteRelation(target.schema, target.name);
  await engine.execute(`insert into ${relation} (${names}) values ${tuples.join(', ')}`);
}

function renderEmpty(columns: readonly SeedColumn[]): string {
  const list = columns.map((column) => `cast(null as ${column.type}) as ${quoteIdentifier(column.name)}`);
  return `select ${list.join(', ')} where false`;
}

const UNDO = new Error('undo');

/** What the database says to these rows, in a table that is gone afterwards; null when it takes them. */
async function findRefusal(engine: Engine, target: SeedTarget, rows: SeedRows): Promise<string | null> {
  try {
    await engine.transaction(async () => {
      await engine.execute(
        `create table ${quoteRelation(target.schema, target.name)} as ${renderEmpty(target.columns)}`,
      );
      await insertRows(engine, target, rows);
      throw UNDO;
    });
    return null;
  } catch (error) {
    return error === UNDO ? null : errorText(error);
  }
}

/** Halves the rows until the one is left that the database refuses. */
async function buildRowError(
  engine: Engine,
  target: SeedTarget,
  refused: { readonly rows: SeedRows; readonly file: string; readonly cause: unknown },
): Promise<unknown> {
  let { rows } = refused;
  while (rows.length > 1) {
    const half = rows.slice(0, Math.ceil(rows.length / 2));
    rows = (await findRefusal(engine, target, half)) === null ? rows.slice(half.length) : half;
  }
  const [row] = rows;
  const problem = await findRefusal(engine, target, rows);
  if (row === undefined || problem === null) return refused.cause;
  const details = { file: refused.file, line: row.line, problem };
  return new TenureError('CSV_INVALID', details, { cause: refused.cause });
}

/**
 * Loads a seed's CSV into its table, replacing what was there. Types are inferred as dbt does (see
 * `inferSeedType`) unless `column_types` gives them; the same file gives the same rows on every engine.
 *
 * @throws TenureError CSV_INVALID naming file and line
 */
export async function runSeed(context: NodeContext, node: ManifestNode): Promise<NodeOutcome> {
  const { engine } = context;
  const table = readSeedTable(node);
  const columns = buildColumns(engine, node, table);
  const target = { schema: node.schema, name: node.alias, columns };
  let refused: SeedRows | null = null;
  try {
    await runWithHooks(context, { node }, async () => {
      await replaceRelation(context, { ...target, kind: 'table' }, renderEmpty(columns));
      for (const rows of listBatches(table.rows, columns.length)) {
        refused = rows;
        await insertRows(engine, target, rows);
        refused = null;
      }
      await finishRelation(context, node, 'table');
    });
  } catch (error) {
    if (refused === null) throw error;
    const probe = { ...target, name: buildNameBeside(node.alias) };
    throw await buildRowError(engine, probe, {
      rows: refused,
      file: node.original_file_path,
      cause: error,
    });
  }
  const count = table.rows.length;
  return { status: 'success', message: `loaded ${count} rows`, rows: count };
}
