import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MilestoneReport, Tenure } from '../../src/app/index.ts';
import { type DuckdbEngine, openDuckdb, type Row } from '../../src/engines/index.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';
import { keepBeforeLeaving, type Oracle, OWN_ORACLES, PACK_ORACLES } from './oracle.ts';

/** A demo company of 150, its milestones found as part of a build. */
describe('milestones of a generated company', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-milestones-'));
  let tenure: Tenure;
  let report: MilestoneReport | null = null;
  let state: DuckdbEngine;
  let warehouse: DuckdbEngine;

  beforeAll(async () => {
    const { milestones, bad } = await copyDemo(folder);
    tenure = openDemo(folder);
    expect(bad).toEqual([]);
    expect(milestones?.waiting).toEqual([]);
    expect(milestones?.counts.recorded).toBeGreaterThan(500);
    report = milestones;
    state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
    warehouse = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
    await state.execute('create temporary table customers_of_test (customer_id text, csm_id text)');
    await state.writeRows(
      { schema: 'temp', name: 'customers_of_test', columns: ['customer_id', 'csm_id'] },
      (await warehouse.query('select customer_id, csm_id from raw.customers')).map((row) =>
        Object.values(row),
      ),
    );
  });
  afterAll(async () => {
    await state?.close();
    await warehouse?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const render = (row: Row) => `${row['customer_id']} ${row['occurrence']} ${row['achieved_at']}`;

  async function fetchStored(name: string): Promise<readonly string[]> {
    const rows = await state.query(
      `select milestones.customer_id, milestones.occurrence, milestones.achieved_at from customer_milestones as milestones
       inner join milestone_definitions as definitions on milestones.definition_id = definitions.id
       where definitions.name = $1 and revoked_at is null`,
      [name],
    );
    return rows.map(render).sort();
  }

  it.each([...PACK_ORACLES, ...OWN_ORACLES].map((oracle): [string, Oracle] => [oracle.name, oracle]))(
    '%s: the right customers at the right moments',
    async (name, { sql }) => {
      const expected = await warehouse.query(keepBeforeLeaving(sql, DEMO_DAY));
      expect(await fetchStored(name)).toEqual(expected.map(render).sort());
      expect(expected.length).toBeGreaterThan(0);
    },
  );

  it('knows every definition of the pack and of the workspace, by one name each', async () => {
    const rows = await state.query('select name from milestone_definitions order by name');
    const names = [...PACK_ORACLES, ...OWN_ORACLES].map(({ name }) => name);
    expect(rows.map((row) => row['name']).sort()).toEqual([...names].sort());
  });

  it('tells nobody of history, and of the rest each customer’s CSM, once', async () => {
    const told = await state.query(
      `select notifications.recipient_id, customers.csm_id, notifications.state, milestones.achieved_at
       from notifications
       inner join customer_milestones as milestones on notifications.subject_id = cast(milestones.id as text)
       left join customers_of_test as customers on milestones.customer_id = customers.customer_id
       where notifications.kind = 'milestone'`,
    );
    expect(told.length).toBe(report?.told.length);
    expect(told.length).toBeGreaterThan(8);
    for (const row of told) {
      expect(row['recipient_id']).toBe(row['csm_id']);
      expect(String(row['achieved_at']) >= '2026-02-28').toBe(true);
    }
    const [fresh] = await state.query(
      `select count(distinct customer_id || definition_id) as n from customer_milestones where not is_historical`,
    );
    expect(fresh?.['n']).toBe(told.length);
  });

  it('sends the most valuable of a storm singly, and the rest in one digest', async () => {
    const rows = await state.query(
      `select recipient_id, count(*) as n, count(*) filter (where state = 'pending') as singly,
         count(*) filter (where state = 'held') as held,
         coalesce(min(worth) filter (where state = 'pending') >= max(worth) filter (where state = 'held'), true) as is_ranked
       from notifications where kind = 'milestone' group by 1`,
    );
    expect(rows.some((row) => Number(row['held']) > 0)).toBe(true);
    for (const row of rows) {
      expect(row['singly']).toBe(Math.min(2, Number(row['n'])));
      expect(row['is_ranked']).toBe(true);
    }
  });

  it('changes nothing and tells nothing when it is run again', async () => {
    await state.close();
    const again = await tenure.milestones.detect();
    expect(again.counts).toEqual({ recorded: 0, historical: 0, moved: 0, revoked: 0, restored: 0 });
    expect([again.told, again.telling?.singly, again.telling?.held]).toEqual([[], 0, 0]);
    state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
  });

  it('expects what comes, with how often such dates came true', async () => {
    await state.close();
    const { rows, quality } = await tenure.milestones.upcoming({ days: 60 });
    state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
    const bases = new Set(rows.map((row) => row['basis']));
    expect(bases).toEqual(new Set(['calendar', 'rate']));
    for (const row of rows) {
      const day = String(row['expected_on']);
      expect(day > DEMO_DAY && day <= '2026-05-13').toBe(true);
      if (row['basis'] === 'calendar') expect([row['earliest_on'], row['latest_on']]).toEqual([day, day]);
    }
    const years = await warehouse.query(
      `select count(*) as n from (select unnest([1, 2, 3, 5, 10]) as y)
       cross join intermediate.int_customers as customers
       where is_active and (signup_date + to_years(y))::date between date '${DEMO_DAY}' + 1 and date '${DEMO_DAY}' + 60`,
    );
    expect(rows.filter((row) => row['definition_name'] === 'Anniversary')).toHaveLength(
      Number(years[0]?.['n']),
    );
    expect(quality.tried).toBeGreaterThan(30);
  });

  it('previews what detection would have found, and records nothing', async () => {
    await state.close();
    const { findings, alerts, waiting } = await tenure.milestones.preview({
      name: 'API calls',
      limit: 100_000,
    });
    state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
    expect(waiting).toEqual([]);
    expect(findings.map(render).sort()).toEqual(await fetchStored('API calls'));
    const days = new Set(
      findings.map((row) => `${row['customer_id']} ${String(row['achieved_at']).slice(0, 10)}`),
    );
    expect(alerts.reduce((sum, row) => sum + Number(row['alerts']), 0)).toBe(days.size);
  });
});
