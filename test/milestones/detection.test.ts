import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, type Tenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb, type Row } from '../../src/engines/index.ts';
import { keepBeforeLeaving, type Oracle, OWN_ORACLES, PACK_ORACLES } from './oracle.ts';

const AS_OF = '2026-03-14';

/** A user's model: how many surveys a customer had answered by the end of a day. */
const ANSWERS = `{{ config(materialized='table') }}
with answers as (select * from {{ ref('stg_survey_responses') }}),
final as (
    select customer_id, {{ utc_date('responded_at') }} as day,
        count(*) over (partition by customer_id order by {{ utc_date('responded_at') }}) as value
    from answers where responded_at is not null and customer_id is not null
)
select * from final
`;

/** A demo company of 150, its milestones found as part of a build. */
describe('milestones of a generated company', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-milestones-'));
  let tenure: Tenure;
  let state: DuckdbEngine;
  let warehouse: DuckdbEngine;

  beforeAll(async () => {
    writeWorkspace(folder);
    fs.writeFileSync(path.join(folder, 'models', 'answers_by_day.sql'), ANSWERS);
    fs.copyFileSync(
      path.join(import.meta.dirname, 'own-definitions.yml'),
      path.join(folder, 'milestones.yml'),
    );
    tenure = openTenure({ folder, clock: buildFixedClock('2026-03-14T20:00:00Z') });
    await tenure.generate({ preset: 'demo', customers: 150, seed: 1, asOf: AS_OF });
    const { isPublished, milestones } = await tenure.build({ asOf: AS_OF, exclude: ['resource_type:test'] });
    expect(isPublished).toBe(true);
    expect(milestones?.waiting).toEqual([]);
    expect(milestones?.counts.recorded).toBeGreaterThan(500);
    state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
    warehouse = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
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
      const expected = await warehouse.query(keepBeforeLeaving(sql, AS_OF));
      expect(await fetchStored(name)).toEqual(expected.map(render).sort());
      expect(expected.length).toBeGreaterThan(0);
    },
  );

  it('knows every definition of the pack and of the workspace, by one name each', async () => {
    const rows = await state.query('select name from milestone_definitions order by name');
    const names = [...PACK_ORACLES, ...OWN_ORACLES].map(({ name }) => name);
    expect(rows.map((row) => row['name']).sort()).toEqual([...names].sort());
  });
});
