import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, type Engine, openDuckdb } from '../../src/engines/index.ts';
import type { PublishJob, TablePlan } from '../../src/publish/index.ts';

export const TABLES = ['marts.orders', 'marts.shops', 'marts.visits', 'entity.days'] as const;

/** A warehouse in memory: four tables, every row of which says of which build it is. */
export async function openShop(build: number, rows = 1000): Promise<DuckdbEngine> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.execute('create schema marts; create schema entity');
  for (const table of TABLES)
    await engine.execute(
      `create table ${table} as select 'o' || range as id, ${build} as build, range / 7.0 as amount from range(${rows})`,
    );
  return engine;
}

/** What is published of such a warehouse. */
export function buildPlan(table: string, change: Partial<TablePlan> = {}): TablePlan {
  const [schema = '', name = ''] = table.split('.');
  return {
    schema,
    name,
    description: `One row per row of ${name}.`,
    query: `select * from ${table}`,
    descriptions: { id: "Primary key; it's text.", build: 'The build.' },
    json: [],
    keys: [['id']],
    indexes: [['build']],
    ...change,
  };
}

/** A publication of the shop's tables, or of those given. */
export function buildJob(
  from: Engine,
  run: {
    readonly build: number;
    readonly scratchFolder: string;
    readonly tables?: readonly TablePlan[];
    readonly isWhole?: boolean;
  },
): PublishJob {
  const { build, scratchFolder, tables = TABLES.map((table) => buildPlan(table)), isWhole = true } = run;
  const set = { buildId: `build-${build}`, asOf: '2026-03-14', tables, isWhole };
  const clock = buildFixedClock('2026-03-14T12:00:00Z');
  return { from, set, clock, runId: `run-${build}-${scratchFolder.length}`, scratchFolder };
}
