import { quoteLiteral, quoteRelation } from '../base/index.ts';
import { listTables } from '../contract/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { writeCalendar, writeLists } from './calendar-store.ts';
import { buildChance, MACROS } from './chance-store.ts';
import type { CompanyPlan } from './company-plan.ts';
import { writeCustomers } from './customers-store.ts';
import { writeDays } from './days-store.ts';
import { writeDevices } from './devices-store.ts';
import type { GeneratorContext } from './generator.ts';
import { writeLeads } from './leads-store.ts';
import { writeLife } from './life-store.ts';
import { writeMarketing } from './marketing-store.ts';
import { writeContracts } from './money-store.ts';
import { writeNames } from './names-store.ts';
import { writeOutreach } from './outreach-store.ts';
import { writeSales } from './sales-store.ts';
import { writeSupport } from './support-store.ts';
import { writeTeam } from './team-store.ts';
import { writeTraits } from './traits-store.ts';
import { writeUsage } from './usage-store.ts';
import { writeUsers } from './users-store.ts';

export interface CompanyProgress {
  /** What is being written. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export interface CompanyWork {
  readonly plan: CompanyPlan;
  /** What the load columns say: when, in which batch, from where. */
  readonly loadedAt: string;
  readonly batchId: string;
  readonly source: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CompanyProgress) => void;
}

/** A table of the contract and how many rows it was given. */
export interface WrittenTable {
  /** `schema.name`. */
  readonly table: string;
  readonly rows: number;
}

type Step = readonly [name: string, write: (context: GeneratorContext) => Promise<void>];

/** Who there is and what each day is like, in this order: each step stands on those before it. */
const FOUNDATION: readonly Step[] = [
  ['names', writeNames],
  ['customers', writeTraits],
  ['lives', writeLife],
  ['calendar', writeCalendar],
  ['days', writeDays],
  ['users', writeUsers],
];

/** More than half of the work. No other step reads what it writes, so it runs beside `REST`. */
const BESIDE: Step = ['usage', writeUsage];

/** All else, in this order. */
const REST: readonly Step[] = [
  ['contracts', writeContracts],
  ['team', writeTeam],
  ['accounts', writeCustomers],
  ['leads', writeLeads],
  ['sales', writeSales],
  ['marketing', writeMarketing],
  ['outreach', writeOutreach],
  ['support', writeSupport],
  ['devices', writeDevices],
];

/** Begins the step that runs beside the others, on a connection of its own; the function returned ends it. */
async function beginBeside(context: GeneratorContext): Promise<() => Promise<void>> {
  const engine = await context.engine.connect();
  const beside = { ...context, engine };
  await engine.execute(MACROS);
  await writeLists(beside);
  let failure: unknown;
  const running = BESIDE[1](beside).catch((error: unknown) => {
    failure = error;
  });
  return async () => {
    await running;
    await engine.close();
    if (failure !== undefined) throw failure;
  };
}

async function runSteps(context: GeneratorContext, { signal, onProgress }: CompanyWork): Promise<void> {
  const total = FOUNDATION.length + REST.length + 1;
  let done = 0;
  const begin = (step: string) => {
    signal?.throwIfAborted();
    onProgress?.({ step, done, total });
    done += 1;
  };
  const run = async (steps: readonly Step[]) => {
    for (const [step, write] of steps) {
      begin(step);
      await write(context);
    }
  };
  await run(FOUNDATION);
  const finishBeside = await beginBeside(context);
  try {
    await run(REST);
    begin(BESIDE[0]);
  } catch (error) {
    // Again and again: an interrupt that comes between two statements is lost.
    const timer = setInterval(() => context.engine.interrupt(), 50);
    await finishBeside().catch(() => {});
    clearInterval(timer);
    throw error;
  }
  await finishBeside();
}

async function countTables(engine: DuckdbEngine): Promise<readonly WrittenTable[]> {
  const tables: WrittenTable[] = [];
  for (const { schema, name } of listTables()) {
    const [row] = await engine.query(`select count(*) as n from ${quoteRelation(schema, name)}`);
    tables.push({ table: `${schema}.${name}`, rows: Number(row?.['n'] ?? 0) });
  }
  return tables;
}

/**
 * Fills the empty tables of the contract in the engine's current database with a company that never was. The same plan
 * gives the same rows in the same order, whatever the threads, the time zone and the day.
 *
 * @returns the rows of each table of the contract
 * @throws whatever the database throws; the error of `signal` between two steps once it is aborted
 *
 * @example
 * await openRawStore(engine, clock);
 * const tables = await writeCompany(engine, {
 *   plan: buildCompanyPlan({ seed: 7 }), loadedAt: '2026-03-15T00:00:00Z', batchId: '1', source: 'synthetic',
 * });
 */
export async function writeCompany(
  engine: DuckdbEngine,
  work: CompanyWork,
): Promise<readonly WrittenTable[]> {
  const { plan } = work;
  const stamp = `${quoteLiteral(work.source)} as _source, timestamptz ${quoteLiteral(work.loadedAt)} as _loaded_at,
    ${Number(work.batchId)} as _batch_id`;
  const context: GeneratorContext = { engine, plan, chance: buildChance(plan.seed), stamp };
  // In memory: what does not fit goes to DuckDB's temporary directory, not to a file of its own.
  await engine.execute(`set TimeZone = 'UTC'; attach ':memory:' as scratch; ${MACROS}`);
  try {
    await runSteps(context, work);
    return await countTables(engine);
  } finally {
    await engine.execute('detach scratch');
  }
}
