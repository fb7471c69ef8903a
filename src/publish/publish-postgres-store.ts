import path from 'node:path';
import { quoteIdentifier, quoteRelation, TenureError } from '../base/index.ts';
import { type Engine, isBusy, lookAtRows } from '../engines/index.ts';
import {
  type BuiltTable,
  createLedger,
  fetchColumnsText,
  type PostgresTasks,
  planTasks,
  writeNotes,
} from './ledger-store.ts';
import { type SwapTable, swapTables } from './postgres-swap-store.ts';
import { buildReport, describeTables, type PublishJob, runTables } from './publish-job.ts';
import type { PublishedTable, PublishReport, PublishTable } from './publish-set.ts';
import { renderComments, renderIndexes, renderPrimaryKey, writeTable } from './table-text-store.ts';

/** "tenure publish" as a number of PostgreSQL's advisory locks: one publication of a database at a time. */
const LOCK_KEY = 7_305_816_042_117;
/** A run that was killed gives the lock back as soon as the server notices. */
const LOCK_WAIT = '10s';
/** Sorting for the indexes of a million rows fits in here. */
const INDEX_MEMORY = '256MB';
/** Schemas of this name are a run's own, and any that stand were left behind by one that was killed. */
const SCRATCH = /^tenure_publish_(new|aside)_\d+$/;

async function takeLock(to: Engine): Promise<void> {
  await to.execute(`set lock_timeout = '${LOCK_WAIT}'`);
  await to.query(`select pg_advisory_lock(${LOCK_KEY})`).catch((error: unknown) => {
    if (!isBusy(error)) throw error;
    throw new TenureError('PUBLISH_UNDERWAY', {}, { cause: error });
  });
  await to.execute(`set lock_timeout = 0; set maintenance_work_mem = '${INDEX_MEMORY}'`);
}

async function dropScratch(to: Engine): Promise<void> {
  const rows = await to.query('select nspname as name from pg_namespace order by nspname');
  const names = rows.map((row) => String(row['name'])).filter((name) => SCRATCH.test(name));
  for (const name of names) await to.execute(`drop schema ${quoteIdentifier(name)} cascade`);
}

/** The schemas that tables are in, each with a number for the scratch schemas beside it. */
function numberSchemas({ tasks, obsolete }: PostgresTasks): ReadonlyMap<string, number> {
  const schemas = [...tasks.map(({ table }) => table), ...obsolete].map(({ schema }) => schema);
  return new Map([...new Set(schemas)].map((schema, index) => [schema, index + 1]));
}

async function createSchemas(to: Engine, numbers: ReadonlyMap<string, number>): Promise<void> {
  for (const [schema, number] of numbers) {
    // Whoever made the schema may be another role, which `if not exists` would ask about.
    const [found] = await to.query('select from pg_namespace where nspname = $1', [schema]);
    if (found === undefined) await to.execute(`create schema ${quoteIdentifier(schema)}`);
    await to.execute(
      `create schema tenure_publish_new_${number}; create schema tenure_publish_aside_${number}`,
    );
  }
}

/** Makes a table with its rows, keys, indexes and comments in a scratch schema. */
async function buildTable(
  job: PublishJob,
  to: Engine,
  { table, scratch: schema }: { readonly table: PublishTable; readonly scratch: string },
): Promise<number> {
  const scratchPath = path.join(job.scratchFolder, 'rows');
  const rows = await to.transaction(async () => {
    const written = await writeTable(table, { from: job.from, to, schema, scratchPath });
    const rest = [
      ...renderPrimaryKey(table, schema),
      ...renderIndexes(table, schema),
      ...renderComments(table, schema),
    ];
    if (rest.length > 0) await to.execute(rest.join('; '));
    return written;
  });
  await lookAtRows(to, quoteRelation(schema, table.name));
  return rows;
}

function listSwaps(tasks: PostgresTasks, numbers: ReadonlyMap<string, number>): readonly SwapTable[] {
  const replaced = tasks.tasks
    .filter(({ change }) => change !== 'unchanged')
    .map(({ table: { schema, name }, change }) => ({
      schema,
      name,
      scratch: `tenure_publish_new_${numbers.get(schema)}`,
      aside: change === 'new' ? null : `tenure_publish_aside_${numbers.get(schema)}`,
    }));
  const obsolete = tasks.obsolete.map(({ schema, name }) => ({
    schema,
    name,
    scratch: null,
    aside: `tenure_publish_aside_${numbers.get(schema)}`,
  }));
  return [...replaced, ...obsolete];
}

async function buildTables(
  job: PublishJob,
  to: Engine,
  plan: { readonly tasks: PostgresTasks; readonly numbers: ReadonlyMap<string, number> },
): Promise<readonly BuiltTable[]> {
  const tasks = plan.tasks.tasks.map((task) => ({ ...task, ...task.table }));
  return runTables(job, tasks, async ({ table, change, noted, schema, name }) => {
    if (change === 'unchanged') return { table, schema, name, change, rows: noted?.rows ?? 0, columns: null };
    const scratch = `tenure_publish_new_${plan.numbers.get(schema)}`;
    const rows = await buildTable(job, to, { table, scratch });
    const columns = await fetchColumnsText(to, { schema: scratch, name });
    return { table, schema, name, change, rows, columns };
  });
}

async function buildAndSwap(
  job: PublishJob,
  to: Engine,
  tasks: PostgresTasks,
): Promise<readonly PublishedTable[]> {
  const numbers = numberSchemas(tasks);
  await createSchemas(to, numbers);
  const built = await buildTables(job, to, { tasks, numbers });
  const swaps = listSwaps(tasks, numbers);
  await to.transaction(async () => {
    await writeNotes(to, job, { built, forgotten: [...tasks.obsolete, ...tasks.lost] });
    // Last, since readers wait from here on.
    if (swaps.length > 0) await swapTables(to, swaps);
  });
  // What is in place stays in place, whatever becomes of the empty schemas: the next run drops them.
  await dropScratch(to).catch(() => {});
  return built.map(({ table: _, columns: __, ...result }) => result);
}

/**
 * Publishes into a PostgreSQL database: every changed table is made beside, with its keys, indexes and comments, then all are put
 * in place in one transaction. Tables it did not publish are never touched; a run that fails or is killed leaves the last
 * publication standing.
 *
 * @param to a connection for this alone
 * @throws TenureError PUBLISH_UNDERWAY, PUBLISH_RELATION_FOREIGN, PUBLISH_DEPENDANT, PUBLISH_BLOCKED,
 *   PUBLISH_TABLE_FAILED
 */
export async function publishPostgres(job: PublishJob, to: Engine): Promise<PublishReport> {
  const start = job.clock.now();
  await takeLock(to);
  await createLedger(to);
  await dropScratch(to);
  const tables = await describeTables(job.from, job.set);
  const tasks = await planTasks(to, job.set, tables);
  try {
    const results = await buildAndSwap(job, to, tasks);
    const [database] = await to.query('select current_database() as name');
    const dropped = tasks.obsolete.map(({ schema, name }) => `${schema}.${name}`);
    const place = String(database?.['name']);
    return buildReport(job, { to: 'postgres', place, tables: results, dropped, start });
  } catch (error) {
    // The first error is the one to report; the next run clears away what this leaves.
    await dropScratch(to).catch(() => {});
    throw error;
  }
}
