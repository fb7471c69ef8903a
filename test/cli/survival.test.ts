import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SurvivalReport, Tenure } from '../../src/app/index.ts';
import { writeWorkspace } from '../../src/app/index.ts';
import { survivalCommand } from '../../src/cli/survival.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';
import { runCommandLine } from './run-command-line.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-survival-'));
const folder = path.join(root, 'demo');
let tenure: Tenure;

/** The product-limit estimate in the words of SQL, without our own code. */
const BY_SQL = `
  with days as (
    select plan_tier, duration_days, sum(event) as churned, count(*) as customers
    from customer_survival
    group by plan_tier, duration_days
  ),
  counted as (
    select *, sum(customers) over (partition by plan_tier order by duration_days desc) as at_risk from days
  )
  select plan_tier, exp(sum(ln(1 - churned / at_risk))) as survival
  from counted
  where duration_days <= 180
  group by plan_tier
  order by plan_tier`;

async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
  const rows: (readonly unknown[])[] = [];
  for await (const chunk of tenure.stream(sql)) rows.push(...chunk.rows);
  return rows;
}

const run = (...words: readonly string[]) => runCommandLine(folder, 'survival', ...words);
const ask = async (...words: readonly string[]): Promise<SurvivalReport> => {
  const outcome = await run(...words, '--json');
  expect([outcome.code, outcome.notes]).toEqual([0, '']);
  return JSON.parse(outcome.out);
};

describe('survival of the demo company', () => {
  beforeAll(async () => {
    await copyDemo(folder);
    tenure = openDemo(folder);
  }, 300_000);
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it('is what SQL says, tier by tier', async () => {
    const report = await ask('--by', 'plan_tier', '--horizon', '180');
    expect(report.asOf).toBe(DEMO_DAY);
    const ours = report.groups.map(({ value, steps }) => [
      value,
      expect.closeTo(steps.findLast(({ time }) => time <= 180)?.survival ?? 1, 10),
    ]);
    expect((await query(BY_SQL)).map((row) => [row[0], Number(row[1])])).toEqual(ours);
    const [counts] = await query('select count(*), sum(event) from customer_survival');
    expect([report.customers, report.churned]).toEqual(counts?.map(Number));
  });

  it('is longer with more integrations', async () => {
    const { groups, logRank, landmark } = await tenure.survival({ by: 'integration_bucket', horizon: 365 });
    expect(landmark).toBe(30);
    const means = groups.map(({ restrictedMean }) => restrictedMean.mean);
    expect(groups.map(({ value }) => value)).toEqual(['0', '1–2', '3–5', '6+']);
    expect(means.at(-1)).toBeGreaterThan(means[0] ?? 0);
    expect(logRank?.p).toBeLessThan(0.05);
    const { cox } = await tenure.survival({ cox: ['integration_connects_first_30d'] });
    expect(cox?.terms[0]?.interval.high).toBeLessThan(1);
  });

  it.each(survivalCommand.examples.map(({ line }) => line))(
    'runs the example of the help: %s',
    async (line) => {
      const outcome = await run(...line.split(' ').slice(2));
      expect([outcome.code, outcome.notes]).toEqual([0, '']);
      expect(outcome.out).toMatch(/^Survival of \d+ customers.*, \d+ churned, up to 2026-03-14/);
    },
  );

  it('draws curves that fall, and tells the test and the model', async () => {
    const { out } = await run('--by', 'integration_bucket', '--cox', 'plan_tier');
    const curves = out.match(/[▁▂▃▄▅▆▇█ ]{32}│/g) ?? [];
    expect(curves).toHaveLength(4);
    for (const curve of curves) {
      const heights = [...curve.slice(0, -1).trimEnd()].map((block) => '▁▂▃▄▅▆▇█'.indexOf(block));
      expect(heights).toEqual(heights.toSorted((a, b) => b - a));
    }
    expect(out).toMatch(/Log-rank test: χ² \d+\.\d, 3 degrees, p [<=] \.\d+/);
    expect(out).toMatch(/plan_tier: growth, not starter +× \d\.\d\d +\(\d\.\d\d–\d\.\d\d\)/);
  });

  it.each([
    [['--by', 'colour'], 'SURVIVAL_COLUMN_UNKNOWN'],
    [['plan_tier'], 'USAGE'],
    [['--horizon', 'soon'], 'USAGE'],
    [['--landmark', '5000'], 'SURVIVAL_IMPOSSIBLE'],
  ])('refuses %j with %s', async (words, code) => {
    const outcome = await run(...words);
    expect([outcome.code, outcome.notes]).toEqual([2, expect.stringContaining(`(${code})`)]);
  });

  it('needs a warehouse', async () => {
    const bare = path.join(root, 'bare');
    writeWorkspace(bare);
    expect((await runCommandLine(bare, 'survival')).notes).toContain('(WAREHOUSE_MISSING)');
  });
});
