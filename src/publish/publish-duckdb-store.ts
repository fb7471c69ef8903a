import fs from 'node:fs';
import path from 'node:path';
import { quoteIdentifier, replaceFile, TenureError } from '../base/index.ts';
import { type Engine, openDuckdb } from '../engines/index.ts';
import {
  type BuiltTable,
  createLedger,
  fetchColumnsText,
  isNotedAs,
  listNoted,
  type NotedTable,
  writeNotes,
} from './ledger-store.ts';
import { withPart } from './part-files.ts';
import {
  buildReport,
  describeTables,
  type PublishJob,
  quoteTable,
  renderName,
  runTables,
} from './publish-job.ts';
import type { PublishedTable, PublishReport, PublishTable } from './publish-set.ts';
import { renderComments, renderPrimaryKey, writeTable } from './table-text-store.ts';

const READ_ONLY_MODE = 0o444;

/**
 * What a published file holds; nothing where there is no file.
 *
 * @throws TenureError PUBLISH_PLACE_FOREIGN when the file is not a published one
 */
async function readNoted(file: string): Promise<readonly NotedTable[]> {
  if (!fs.existsSync(file)) return [];
  const refuse = (error: unknown): never => {
    throw new TenureError('PUBLISH_PLACE_FOREIGN', { path: file }, { cause: error });
  };
  const engine = await openDuckdb({ path: file, isReadOnly: true }).catch(refuse);
  try {
    return await listNoted(engine).catch(refuse);
  } finally {
    await engine.close();
  }
}

async function buildTable(job: PublishJob, to: Engine, table: PublishTable): Promise<number> {
  const { schema } = table;
  await to.execute(`create schema if not exists ${quoteIdentifier(schema)}`);
  const scratchPath = path.join(job.scratchFolder, 'rows');
  const rows = await writeTable(table, { from: job.from, to, schema, scratchPath });
  const rest = [...renderPrimaryKey(table, schema), ...renderComments(table, schema)];
  for (const statement of rest) await to.execute(statement);
  return rows;
}

async function buildFile(
  job: PublishJob,
  part: string,
  plan: { readonly tables: readonly PublishTable[]; readonly before: ReadonlyMap<string, NotedTable> },
): Promise<readonly BuiltTable[]> {
  const to = await openDuckdb({ path: part, isConstruction: true, isPortable: true });
  try {
    await createLedger(to);
    const built = await runTables(job, plan.tables, async (table) => {
      const { schema, name } = table;
      const rows = await buildTable(job, to, table);
      const change = plan.before.has(quoteTable(table)) ? 'replaced' : 'new';
      return { table, schema, name, rows, change, columns: await fetchColumnsText(to, table) } as const;
    });
    await writeNotes(to, job, { built, forgotten: [] });
    await to.execute('checkpoint');
    return built;
  } finally {
    await to.close();
  }
}

function isUnchanged(
  job: PublishJob,
  tables: readonly PublishTable[],
  before: ReadonlyMap<string, NotedTable>,
) {
  const { buildId } = job.set;
  return (
    tables.length === before.size &&
    tables.every((table) => isNotedAs(table, before.get(quoteTable(table)), buildId))
  );
}

/** Puts the finished file in place. A log that somebody left beside the old one would be taken for the new one's. */
function placeFile(part: string, file: string): void {
  fs.chmodSync(part, READ_ONLY_MODE);
  fs.rmSync(`${file}.wal`, { force: true });
  replaceFile(part, file);
}

/**
 * Publishes into a DuckDB file of its own: written beside, then renamed into place, so that whoever has the last one open goes on
 * reading it. It is read-only, and in a format that DuckDB reads since 1.0.
 *
 * @throws TenureError PUBLISH_PLACE_FOREIGN
 */
export async function publishDuckdb(job: PublishJob, file: string): Promise<PublishReport> {
  const start = job.clock.now();
  const before = new Map((await readNoted(file)).map((noted) => [quoteTable(noted), noted]));
  const tables = await describeTables(job.from, job.set);
  const report = (results: readonly PublishedTable[], dropped: readonly string[]) =>
    buildReport(job, { to: 'duckdb', place: file, tables: results, dropped, start });
  if (isUnchanged(job, tables, before)) {
    const results = tables.map((table) => {
      const rows = before.get(quoteTable(table))?.rows ?? 0;
      return { schema: table.schema, name: table.name, rows, seconds: 0, change: 'unchanged' as const };
    });
    return report(results, []);
  }
  return withPart(file, async (part) => {
    const built = await buildFile(job, part, { tables, before });
    placeFile(part, file);
    const names = new Set(tables.map(quoteTable));
    const dropped = [...before].filter(([name]) => !names.has(name)).map(([, noted]) => renderName(noted));
    return report(
      built.map(({ table: _, columns: __, ...result }) => result),
      dropped,
    );
  });
}
