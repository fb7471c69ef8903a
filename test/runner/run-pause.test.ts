import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { runNodes } from '../../src/runner/run-nodes.ts';
import type { RunPause, RunSummary } from '../../src/runner/run-types.ts';
import { buildTestCompiler, idOf, listAll, type ProjectSpec } from './run-project.ts';

let engine: DuckdbEngine;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
});

afterEach(() => engine.close());

/** customers → report, where report also reads what the step writes; totals stands beside them. */
function buildProject(customers = `select 1 as id`): ProjectSpec {
  return {
    nodes: {
      customers: { sql: customers, config: { materialized: 'table' } },
      report: {
        sql: `select id, score from ref('customers'), main.scores`,
        config: { materialized: 'table' },
      },
      no_report_without_score: {
        type: 'test',
        sql: `select * from ref('report') where score is null`,
        about: 'report',
      },
      totals: { sql: `select count(*) as n from ref('customers')`, config: { materialized: 'table' } },
    },
  };
}

async function run(spec: ProjectSpec, steps: string[], more: Partial<RunPause> = {}): Promise<RunSummary> {
  const compiler = buildTestCompiler(spec);
  const after = [idOf('report'), idOf('no_report_without_score', 'test')];
  return runNodes({
    compiler,
    engine,
    selection: listAll(compiler),
    clock: buildFixedClock('2026-01-02T03:04:05Z'),
    kinds: 'build',
    onStart: (id, position, total) => steps.push(`${id.split('.').at(-1)} ${position}/${total}`),
    pause: {
      needs: [idOf('customers')],
      isAfter: (id) => after.includes(id),
      run: async () => {
        steps.push('step');
        await engine.execute('create table main.scores as select 0.5 as score');
        return {};
      },
      ...more,
    },
  });
}

it('carries out a step after the nodes that do not wait for it and before those that do', async () => {
  const steps: string[] = [];
  const summary = await run(buildProject(), steps);
  expect(steps).toEqual(['customers 1/4', 'totals 2/4', 'step', 'report 3/4', 'no_report_without_score 4/4']);
  expect(summary.ok).toBe(true);
});

it('skips what waits for the step when something the step needs was not built', async () => {
  const steps: string[] = [];
  const summary = await run(buildProject('select no_such_column'), steps);
  expect(steps).not.toContain('step');
  const report = summary.results.find(({ name }) => name === 'report');
  expect(report?.message).toMatch(/^Skipped: model customers failed/);
});

it('builds what waits for the step as the step says', async () => {
  const first = await run(buildProject(), []);
  expect(first.ok).toBe(true);
  await engine.execute('drop table main.scores');
  const other = buildTestCompiler({
    nodes: { ...buildProject().nodes, report: { sql: `select id, 1 as score from ref('customers')` } },
  });
  await run(buildProject(), [], { run: async () => ({ compiler: other }) });
  expect(await engine.query('select score from main_shop.report')).toEqual([{ score: 1 }]);
});

it('fails when the step fails', async () => {
  const broken = async (): Promise<never> => Promise.reject(new Error('no model'));
  await expect(run(buildProject(), [], { run: broken })).rejects.toThrow('no model');
});
