import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import type { Compiler } from '../../src/runner/index.ts';
import { type FutureChange, futureChange, renderChange, runChange } from './future.ts';
import { openModels, openRawCopy, runModels } from './models-in-memory.ts';

// The example ends on 2026-03-14; looked back from earlier days, part of it lies in the future.
const DAYS = ['2025-06-30', '2025-12-31', '2026-02-10'] as const;
const clock = buildFixedClock('2026-03-15T06:00:00Z');

type Outputs = Readonly<Record<string, string>>;

/** Some models of a project, looked at from several days. */
interface Subject {
  readonly compilers: ReadonlyMap<string, Compiler>;
  readonly select: readonly string[] | undefined;
  readonly baselines: Map<string, Outputs>;
}

function openSubject(roots: readonly string[], select?: readonly string[]): Subject {
  const compilers = DAYS.map((day) => [day as string, openModels({ asOf: day, roots })] as const);
  return { compilers: new Map(compilers), select, baselines: new Map() };
}

/** Builds the models; each one's cells as one text. */
async function buildOutputs(engine: Engine, subject: Subject, asOf: string): Promise<Outputs> {
  const outputs: Record<string, string> = {};
  for (const node of await runModels(engine, subject.compilers.get(asOf) as Compiler, subject.select)) {
    const [row] = await engine.query(
      `select count(*) as n, sum(hash(t::varchar))::varchar as cells from "${node.schema}"."${node.alias}" as t`,
    );
    outputs[node.name] = `${row?.['n']} rows, ${row?.['cells']}`;
  }
  return outputs;
}

describe('no model looks ahead', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const raw = path.join(folder, 'raw.duckdb');
  const project = openSubject([]);
  let changedRows = 0;

  beforeAll(async () => {
    writeWorkspace(folder);
    await openTenure({ folder, clock }).load({
      paths: [path.join(PACKAGE_ROOT, 'examples', 'acme', 'data')],
    });
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function fetchOutputs(
    subject: Subject,
    asOf: string,
    changes: readonly FutureChange[],
  ): Promise<Outputs> {
    const engine = await openRawCopy(raw);
    try {
      for (const change of changes) changedRows += await runChange(engine, change, asOf);
      return await buildOutputs(engine, subject, asOf);
    } finally {
      await engine.close();
    }
  }

  async function fetchBaseline(subject: Subject, asOf: string): Promise<Outputs> {
    const baseline = subject.baselines.get(asOf) ?? (await fetchOutputs(subject, asOf, []));
    subject.baselines.set(asOf, baseline);
    return baseline;
  }

  /** Whatever becomes of what was not known yet, no output cell changes. */
  function buildProperty(subject: Subject, asOf: string) {
    // A run costs a build of all models, however many changes there are in it.
    const scenario = fc.array(futureChange, { minLength: 24, maxLength: 60 });
    return fc.asyncProperty(scenario, async (changes) => {
      const baseline = await fetchBaseline(subject, asOf);
      const outputs = await fetchOutputs(subject, asOf, changes);
      expect(outputs, `as of ${asOf}: ${changes.map(renderChange).join('; ')}`).toEqual(baseline);
    });
  }

  it.each(DAYS)('as of %s, whatever becomes of what was not known yet', { timeout: 400_000 }, async (day) => {
    changedRows = 0;
    const seed = Number(day.replaceAll('-', ''));
    await fc.assert(buildProperty(project, day), { numRuns: 2, seed, endOnFailure: true });
    expect(changedRows, 'the changes touch rows').toBeGreaterThan(100);
  });

  it('and a model that does is caught', async () => {
    const models = path.join(folder, 'peeking', 'models');
    fs.mkdirSync(models, { recursive: true });
    const sql = "select count(*) as n, max(churn_date) as latest from {{ source('raw', 'customers') }}";
    fs.writeFileSync(path.join(models, 'peeks.sql'), sql);
    const peeking = openSubject([path.join(folder, 'peeking')], ['peeks']);
    const result = await fc.check(buildProperty(peeking, DAYS[1]), {
      numRuns: 40,
      seed: 1,
      endOnFailure: true,
    });
    expect(result.failed).toBe(true);
    expect(result.counterexample).not.toBeNull();
  });

  it('but what was known is seen: a change on the day itself changes something', async () => {
    const [asOf] = DAYS;
    const before = await fetchBaseline(project, asOf);
    const engine = await openRawCopy(raw);
    await engine.execute(`delete from raw.usage_events where timestamp < cast('${asOf}' as date) + 1`);
    const after = await buildOutputs(engine, project, asOf);
    await engine.close();
    expect(after).not.toEqual(before);
  });
});
