import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { duckdbDialect, type Engine, openDuckdb } from '../../src/engines/index.ts';
import { type Compiler, openCompiler, runNodes, selectNodes } from '../../src/runner/index.ts';
import { type FutureChange, futureChange, renderChange, runChange } from './future.ts';

// The example ends on 2026-03-14; looked back from earlier days, part of it lies in the future.
const DAYS = ['2025-06-30', '2025-12-31', '2026-02-10'] as const;
const clock = buildFixedClock('2026-03-15T06:00:00Z');

function openProjectAsOf(asOf: string): Compiler {
  return openCompiler({
    roots: [path.join(PACKAGE_ROOT, 'dbt')],
    target: { name: 'test', schema: 'main', type: 'duckdb', database: null },
    dialect: duckdbDialect,
    vars: { as_of: asOf },
    environment: {},
    clock,
    invocationId: 'look-ahead',
  });
}

describe('no model looks ahead', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const raw = path.join(folder, 'raw.duckdb');
  const compilers = new Map(DAYS.map((day) => [day as string, openProjectAsOf(day)]));
  const baselines = new Map<string, Readonly<Record<string, string>>>();

  beforeAll(async () => {
    writeWorkspace(folder);
    const tenure = openTenure({ folder, clock });
    await tenure.load({ paths: [path.join(PACKAGE_ROOT, 'examples', 'acme', 'data')] });
    for (const day of DAYS) baselines.set(day, await fetchOutputs(day, []));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Builds all models on a copy of the raw tables with some changes; each model's cells as one text. */
  async function fetchOutputs(
    asOf: string,
    changes: readonly FutureChange[],
  ): Promise<Readonly<Record<string, string>>> {
    const engine = await openRawCopy(raw);
    try {
      for (const change of changes) await runChange(engine, change, asOf);
      return await buildOutputs(engine, compilers.get(asOf) as Compiler);
    } finally {
      await engine.close();
    }
  }

  it('in any cell, whatever becomes of what was not known yet', async () => {
    const scenario = fc.tuple(
      fc.constantFrom(...DAYS),
      fc.array(futureChange, { minLength: 12, maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(scenario, async ([asOf, changes]) => {
        const outputs = await fetchOutputs(asOf, changes);
        const context = `as of ${asOf}: ${changes.map(renderChange).join('; ')}`;
        expect(outputs, context).toEqual(baselines.get(asOf));
      }),
      { numRuns: 12, seed: 20_260_314, endOnFailure: true },
    );
  });

  it('but sees what was known: a change on the day itself changes something', async () => {
    const [asOf] = DAYS;
    const engine = await openRawCopy(raw);
    await engine.execute(`delete from raw.usage_events where timestamp < cast('${asOf}' as date) + 1`);
    const outputs = await buildOutputs(engine, compilers.get(asOf) as Compiler);
    await engine.close();
    expect(outputs).not.toEqual(baselines.get(asOf));
  });
});

/** The raw tables in memory, so that a run waits for no disk. */
async function openRawCopy(raw: string): Promise<Engine> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.attach(raw, 'original', { isReadOnly: true });
  for (const { schema, name } of listTables()) {
    await engine.execute(`create schema if not exists ${schema}`);
    await engine.execute(`create table ${schema}.${name} as from original.${schema}.${name}`);
  }
  await engine.detach('original');
  return engine;
}

async function buildOutputs(engine: Engine, compiler: Compiler): Promise<Readonly<Record<string, string>>> {
  const { manifest } = compiler;
  const selection = selectNodes(manifest, {}).filter((id) => manifest.nodes[id]?.resource_type !== 'test');
  for (const kinds of ['seed', 'run'] as const) {
    const summary = await runNodes({ compiler, engine, selection, clock, kinds });
    const bad = summary.results.find((result) => result.status === 'error');
    if (bad !== undefined) throw new Error(`${bad.name}: ${bad.message}`);
  }
  const outputs: Record<string, string> = {};
  for (const id of selection) {
    const node = manifest.nodes[id];
    if (node?.resource_type !== 'model' || node.config.materialized === 'ephemeral') continue;
    const [row] = await engine.query(
      `select count(*) as n, sum(hash(t::varchar))::varchar as cells from "${node.schema}"."${node.alias}" as t`,
    );
    outputs[node.name] = `${row?.['n']} rows, ${row?.['cells']}`;
  }
  return outputs;
}
