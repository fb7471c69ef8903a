import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, type Tenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock, TenureError } from '../../src/base/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';

const ACME = path.join(PACKAGE_ROOT, 'examples', 'acme', 'data');

/** A definition of two components that shares nothing with the package's. */
const OWN_HEALTH = `version: 7
minimum_coverage: 0.25
bands: {excellent: 90, stable: 50, at_risk: 20}
components:
  - name: usage
    weight: 3
    inputs:
      - {column: usage_change, weight: 1, curve: [[-1, 0], [0.5, 100]]}
  - name: money
    weight: 1
    inputs:
      - {column: mrr, weight: 1, curve: [[0, 0], [1000, 100]]}
segments:
  - {plan_tier: enterprise, weights: {money: 0}}
overrides:
  - {customer_id: nobody, score: 50, reason: A slip of the pen, from: 2026-03-01, until: 2026-03-14}
  - {customer_id: mute, score: 15, reason: "Their sponsor's gone", from: 2026-03-01, until: 2026-03-14}
`;

function readError(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TenureError) return `${error.code} ${error.message} ${error.fix}`;
    throw error;
  }
  return 'nothing was thrown';
}

describe('health.yml and targets.yml', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  let tenure: Tenure;
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);

  beforeAll(() => {
    writeWorkspace(folder, '2026-03-14');
    tenure = openTenure({ folder, clock: buildFixedClock('2026-03-14T20:00:00Z') });
  });
  beforeEach(() => {
    for (const name of ['health.yml', 'targets.yml']) fs.rmSync(path.join(folder, name), { force: true });
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const component = (text: string) => `version: 2\ncomponents:\n  - ${text}`;
  const input = (text: string) => component(`{name: use, weight: 1, inputs: [${text}]}`);
  it.each([
    ['bands: {excellent: 80, stable: 60, at_risk: 40}', ':1: version: must be a whole number'],
    ['version: 0', ':1: version is 0: must be above 0'],
    ['version: 2\nsegment: []', ':2: segment: there is no such setting. Did you mean segments?'],
    ['version: [', 'not valid YAML'],
    ['version: 2\nminimum_coverage: 1.5', ':2: minimum_coverage is 1.5: must be 0 to 1'],
    [
      'version: 2\nbands: {excellent: 80, stable: 60, at_risk: 60}',
      ':2: bands.at_risk is 60: a band begins below',
    ],
    [
      'version: 2\nbands: {excellent: 80, stable: 90, at_risk: 40}',
      ':2: bands.stable is 90: a band begins below',
    ],
    ['version: 2\ncomponents: []', ':2: components: health has at least one component'],
    [component('{name: use, weight: 0, inputs: []}'), ':3: components[0].weight is 0: must be above 0'],
    [component('{name: known, weight: 1, inputs: []}'), 'is a name the models use themselves'],
    [
      input('{column: usage_chnge, weight: 1, curve: [[0, 0], [1, 1]]}'),
      ':3: components[0].inputs[0].column is "usage_chnge": int_customer_rates has no such figure. Did you mean usage_change?',
    ],
    [input('{column: plan_tier, weight: 1, curve: [[0, 0], [1, 1]]}'), 'has no such figure'],
    [input('{column: mrr, weight: 1, curve: [[0, 0]]}'), 'curve: a curve has at least two points'],
    [input('{column: mrr, weight: 1, curve: [[0, 0], [1, 101]]}'), 'curve[1][1] is 101: points are 0 to 100'],
    [input('{column: mrr, weight: 1, curve: [[2, 0], [2, 1]]}'), 'curve[1]: 2 does not lie above 2'],
    [
      'version: 2\nsegments: [{plan_tier: gold, weights: {}}]',
      'Plan tiers are free, starter, growth, enterprise',
    ],
    [
      'version: 2\nsegments: [{plan_tier: free, weights: {device: 0}}]',
      'segments[0].weights.device is 0: there is no such component. Did you mean devices?',
    ],
    [
      'version: 2\nsegments: [{plan_tier: free, weights: {engagement: 0, adoption: 0, support: 0, commercial: 0, devices: 0}}]',
      'no component weighs anything',
    ],
    [
      'version: 2\noverrides: [{customer_id: a, score: 5, from: 2026-03-01, until: 2026-03-02}]',
      'overrides[0].reason: is missing: a string',
    ],
    [
      'version: 2\noverrides: [{customer_id: a, score: 101, reason: r, from: 2026-03-01, until: 2026-03-02}]',
      'overrides[0].score is 101: points are 0 to 100',
    ],
    [
      'version: 2\noverrides: [{customer_id: a, score: 1, reason: r, from: 2026-02-30, until: 2026-03-02}]',
      'overrides[0].from is "2026-02-30": must be a date',
    ],
    [
      'version: 2\noverrides:\n  - {customer_id: a, score: 1, reason: r, from: 2026-03-03, until: 2026-03-02}',
      ':3: overrides[0].until is "2026-03-02": the score would end before it begins (2026-03-03)',
    ],
  ])('refuses health %j', (text, message) => {
    write('health.yml', text);
    const error = readError(() => tenure.openProject());
    expect(error).toContain(`DEFINITION_INVALID ${path.join(folder, 'health.yml')}:`);
    expect(error).toContain(message);
  });

  it.each([
    ['current_mr: 5', ':1: current_mr is 5: there is no such metric. Did you mean current_mrr?'],
    ['current_mrr: much', ':1: current_mrr is "much": must be a number'],
    ['win_rate: 0.2\nmonthly_active_users: 5', ':2: monthly_active_users is 5: two domains have it'],
    ['current_mrr: 5\ncustomer_success.current_mrr: 6', ':2: customer_success.current_mrr is 6'],
  ])('refuses targets %j', (text, message) => {
    write('targets.yml', text);
    expect(readError(() => tenure.openProject())).toContain(message);
  });

  it('are the variables of every command that compiles, below those of the command line', async () => {
    write('health.yml', 'version: 3\nbands: {excellent: 77, stable: 60, at_risk: 40}\n');
    write('targets.yml', 'product.monthly_active_users: 900\n');
    const { compile } = tenure.openProject();
    expect(compile('model.tenure.int_customer_health_days')).toContain(
      "when customer_health_score >= 77 then 'Excellent'",
    );
    // What the file leaves out is the package's own.
    expect(compile('model.tenure.int_customer_health_scores')).toContain('devices_full_weight');
    expect(compile('model.tenure.metrics_company_overview')).toMatch(
      /'product'[\s\S]*'monthly_active_users'[\s\S]*900/,
    );
    const given = await runCommandLine(
      folder,
      'compile',
      'metrics_company_overview',
      '--vars',
      '{targets: []}',
    );
    expect(given.out).not.toContain("'monthly_active_users'");
    fs.rmSync(path.join(folder, 'health.yml'));
    expect(tenure.compile('int_customer_health_days').sql).toContain('customer_health_score >= 80');
  });

  it('make the scores, the bands and the receipts of a build', async () => {
    write('health.yml', OWN_HEALTH);
    write('targets.yml', 'current_mrr: 1\n');
    await tenure.load({ paths: [ACME] });
    const { isPublished, summary } = await tenure.build({ exclude: ['resource_type:unit_test'] });
    expect(isPublished).toBe(true);
    const overrides = summary.results.find(({ name }) => name === 'warn_health_override_without_customer');
    expect(overrides).toMatchObject({ status: 'warn', failures: 1 });
    const rows = [];
    const sql = `select customer_id, health.customer_health_score as score, health_band, health.health_version, override_reason, usage_change, mrr, plan_tier
      from int_customer_health_days as health inner join int_customer_rates using (customer_id, metric_date)
      where metric_date = '2026-03-14' order by customer_id`;
    for await (const chunk of tenure.stream(sql)) rows.push(...chunk.rows);
    expect(rows.length).toBeGreaterThan(8);
    const columns = ['customer', 'score', 'band', 'version', 'reason', 'change', 'mrr', 'tier'];
    const customers = rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index]])),
    );
    for (const { customer, score, band, version, reason, change, mrr, tier } of customers) {
      expect(version).toBe(7);
      if (customer === 'mute') {
        expect([score, band, reason]).toEqual([15, 'Critical', "Their sponsor's gone"]);
        continue;
      }
      const weights = { usage: change === null ? 0 : 3, money: tier === 'enterprise' ? 0 : 1 };
      const usage = Math.min(100, Math.max(0, ((Number(change) + 1) / 1.5) * 100));
      const money = Math.min(100, Number(mrr) / 10);
      const weight = weights.usage + weights.money;
      const expected = (weights.usage * usage + weights.money * money) / weight;
      expect(score, String(customer)).toBeCloseTo(expected, 9);
      const bands = [90, 50, 20].map((from) => expected >= from);
      expect(band).toBe(['Excellent', 'Stable', 'At Risk'][bands.indexOf(true)] ?? 'Critical');
    }
    const { definitions } = await tenure.metrics.query({ metrics: ['customer_health_score', 'current_mrr'] });
    expect(definitions[0]?.health).toEqual({
      version: 7,
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(definitions[1]).not.toHaveProperty('health');
    // What made the warehouse changes nothing in it; half of it does.
    const change = path.join(folder, 'health.yml');
    expect(await tenure.metrics.replay({ change })).toMatchObject({
      asOf: '2026-03-14',
      customers: customers.length,
      versions: { before: definitions[0]?.health, after: 7 },
      changes: [],
      changedDays: 0,
    });
    write('health-8.yml', OWN_HEALTH.replace('version: 7', 'version: 8').replace('score: 15', 'score: 95'));
    const replay = await runCommandLine(folder, 'metrics', 'replay', '--change', 'health-8.yml');
    expect(replay.out).toContain('Health version 8 against version 7 of the warehouse. Nothing was changed.');
    expect(replay.out).toContain(`1 of ${customers.length} customers change band on 2026-03-14.`);
    expect(replay.out).toMatch(/^Mute & Co +2000 +Critical +Excellent +15\.0 +95\.0$/m);
    expect(replay.out).toMatch(/^customers who left +4 +4$/m);
    const wrong = await runCommandLine(
      folder,
      'metrics',
      'replay',
      '--change',
      'health-8.yml',
      '--band',
      'red',
    );
    expect([wrong.code, wrong.notes]).toEqual([2, expect.stringContaining('stable, at_risk, critical')]);
    const absent = await runCommandLine(folder, 'metrics', 'replay', '--change', 'none.yml');
    expect([absent.code, absent.notes]).toEqual([2, expect.stringContaining('no such file')]);
    const overview = await runCommandLine(
      folder,
      'query',
      "select status from metrics_company_overview where metric_name = 'current_mrr'",
      '--json',
    );
    expect(JSON.parse(overview.out)).toEqual([{ status: 'on_target' }]);
  });
});
