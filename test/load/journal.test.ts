import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../src/engines/index.ts';
import { openRawStore, replaceRemoteRaw, runRemoteLoad, runUndo } from '../../src/load/index.ts';
import { CLOCK, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
  await openRawStore(openCut(Number.POSITIVE_INFINITY), CLOCK);
});
afterEach(() => bench.close());

const CUT = 'the process ended here';

/** The engine as one without transactions, which does nothing any more after so many statements that change something. */
function openCut(statements: number): Engine {
  let left = statements;
  const count = () => {
    left -= 1;
    if (left < 0) throw new Error(CUT);
  };
  return new Proxy(bench.engine as Engine, {
    get(engine, name) {
      if (name === 'profile') return { ...engine.profile, hasTransactions: false };
      if (name === 'transaction') return <T>(work: () => Promise<T>) => work();
      const value = Reflect.get(engine, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        if (name === 'execute' || name === 'readFile') count();
        return value.apply(engine, given);
      };
    },
  });
}

async function readAll(): Promise<string> {
  const tables = [
    'raw.features',
    'raw_history.features',
    'loads.batches',
    'loads.files',
    'loads.raw_rejects',
    'loads.journal',
  ];
  const parts: string[] = [];
  for (const table of tables) {
    const rows = await bench.engine.query(`select * from ${table} order by all`);
    parts.push(`${table}\n${rows.map((row) => JSON.stringify(Object.values(row))).join('\n')}`);
  }
  return parts.join('\n');
}

function load(engine: Engine, batchId: string, ...rows: readonly string[]) {
  const file = bench.write('features.csv', `feature_id,name\n${rows.join('\n')}\n`);
  const scratchPath = path.join(bench.folder, 'load.duckdb');
  return runRemoteLoad(engine, { paths: [file], scratchPath, clock: CLOCK, batchId });
}

/** Cuts work after every number of statements, or every so many, until it comes to its end; what is left is settled each time. */
async function cutEverywhere(
  work: (engine: Engine) => Promise<unknown>,
  check: (state: string) => Promise<void>,
  step = 1,
): Promise<number> {
  for (let statements = 0; ; statements += step) {
    const end = await work(openCut(statements)).catch((error: Error) => error);
    const hasEnded = !(end instanceof Error);
    if (!hasEnded) expect(String(end)).toContain(CUT);
    // It ended with the session.
    await bench.engine.execute('drop table if exists temp.tenure_incoming_keys');
    await openRawStore(openCut(Number.POSITIVE_INFINITY), CLOCK);
    await check(await readAll());
    if (hasEnded) return statements;
  }
}

test('a load that is cut anywhere is there whole or not at all', async () => {
  await load(openCut(Number.POSITIVE_INFINITY), '1', 'a,one', 'b,one');
  await load(openCut(Number.POSITIVE_INFINITY), '2', 'a,two', 'c,two');
  const before = await readAll();
  const states = new Set<string>();
  const statements = await cutEverywhere(
    (engine) =>
      states.size > 1 ? Promise.resolve() : load(engine, '3', 'a,three', 'c,three', 'd,three', ',none'),
    async (state) => {
      states.add(state);
    },
  );
  expect(statements).toBeGreaterThan(5);
  const [first, last] = [...states];
  expect([states.size, first]).toEqual([2, before]);
  expect(last).toContain('"three"');
  const features = await bench.engine.query('select feature_id, name from raw.features order by 1');
  expect(features.map((row) => Object.values(row).join(' '))).toEqual([
    'a three',
    'b one',
    'c three',
    'd three',
  ]);
});

test('an undo that is cut anywhere is brought to its end', async () => {
  const whole = openCut(Number.POSITIVE_INFINITY);
  await load(whole, '1', 'a,one', 'b,one');
  await load(whole, '2', 'a,two', 'c,two', ',none');
  await load(whole, '3', 'a,three', 'c,three');
  await bench.engine.execute('create schema kept');
  const tables = [
    'raw.features',
    'raw_history.features',
    'loads.batches',
    'loads.files',
    'loads.raw_rejects',
  ];
  for (const [index, table] of tables.entries())
    await bench.engine.execute(`create table kept.t${index} as from ${table}`);
  const before = await readAll();
  const ends = new Set<string>();
  const statements = await cutEverywhere(
    (engine) => runUndo(engine, '2', CLOCK),
    async (state) => {
      // Before the undo is noted nothing has happened.
      if (state !== before) ends.add(state);
      for (const [index, table] of tables.entries())
        await bench.engine.execute(`delete from ${table}; insert into ${table} from kept.t${index}`);
    },
  );
  expect(statements).toBeGreaterThan(5);
  expect(ends.size).toBe(1);
  const [end = ''] = ends;
  expect(end).toContain('"undone"');
  await runUndo(whole, '2', CLOCK);
  expect(await readAll()).toBe(end);
  const features = await bench.engine.query(
    'select feature_id, name, _batch_id from raw.features order by 1',
  );
  expect(features.map((row) => Object.values(row).join(' '))).toEqual(['a three 3', 'b one 1', 'c three 3']);
});

test('a replacement of all rows that is cut leaves what was there, nothing, or all of the new', async () => {
  await load(openCut(Number.POSITIVE_INFINITY), '1', 'a,one');
  const other = await openWorkbench();
  try {
    await other.load(other.write('features.csv', 'feature_id,name\nz,new\n'));
    const seen = new Set<string>();
    await cutEverywhere(
      (remote) =>
        replaceRemoteRaw({ remote, local: other.engine, scratchPath: path.join(bench.folder, 'rows') }),
      async () => {
        const rows = await bench.engine.query('select feature_id from raw.features');
        const batches = await bench.engine.query('select batch_id from loads.batches');
        seen.add(`${rows.map((row) => row['feature_id']).join(',')} ${batches.length}`);
      },
      15,
    );
    expect([...seen]).toEqual(['a 1', ' 0', 'z 1']);
  } finally {
    await other.close();
  }
});
