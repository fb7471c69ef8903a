import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixedClock, systemIds } from '../../src/base/index.ts';
import { type Engine, openPostgres, runAlone } from '../../src/engines/index.ts';
import { listDefinitions, recordDetection, runDetection } from '../../src/milestones/index.ts';
import { enqueueAlerts } from '../../src/notify/index.ts';
import { fetchMoments, writeDatedCustomers } from '../milestones/dated-customers.ts';
import { GOLDEN_DATES, KNOWN_UNTIL } from '../milestones/golden-anniversaries.ts';
import { buildInput, buildItem } from '../notify/workbench.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();
const clock = buildFixedClock(`${KNOWN_UNTIL}T23:00:00Z`);

/** Finds and records, and tells what is new, in one transaction, as the app does. Returns what it was the first to record. */
async function detect(engine: Engine, asOf = KNOWN_UNTIL): Promise<number> {
  const definitions = await listDefinitions(engine);
  const engines = { state: engine, warehouse: engine, scratchPath: '' };
  const detection = await runDetection(engines, { definitions, asOf, since: null });
  return runAlone(engine, async () => {
    const { counts, told } = await recordDetection(engine, detection, {
      runId: systemIds.next(),
      clock,
      alertWindowDays: 10_000,
      buildMark: 'b',
      definitionsMark: 'd',
    });
    const items = told.map(({ id, customerId }) =>
      buildItem(`milestone:${id}`, { customerId, subjectId: id }),
    );
    await enqueueAlerts(engine, buildInput(items), { clock, ids: systemIds });
    return counts.recorded;
  });
}

describe.skipIf(binaries === null)('milestones on PostgreSQL', () => {
  const server = startPostgres(binaries ?? '');
  const engines: Engine[] = [];
  const readAll = async (sql: string) => (await (engines[0] as Engine).query(sql)) ?? [];

  beforeAll(async () => {
    for (let index = 0; index < 3; index += 1)
      engines.push(await openPostgres({ connectionString: server.connectionString }));
    await writeDatedCustomers(
      engines[0] as Engine,
      GOLDEN_DATES.map(({ customer }) => customer),
    );
  });
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    server.stop();
  });

  it('are recorded once and told once by connections that record the same at once', async () => {
    const recorded = await Promise.all(engines.map((engine) => detect(engine)));
    const [rows] = await readAll('select count(*) as n, count(distinct id) as ids from customer_milestones');
    expect(rows?.['n']).toBe(rows?.['ids']);
    expect(recorded.filter((count) => count > 0)).toEqual([rows?.['n']]);
    const [told] = await readAll(
      `select count(*) as n, count(distinct subject_id) as subjects from notifications`,
    );
    const [groups] = await readAll(
      'select count(*) as n from (select distinct customer_id, definition_id from customer_milestones) as one',
    );
    expect(told).toEqual({ n: groups?.['n'], subjects: groups?.['n'] });
    expect(await Promise.all(engines.map((engine) => detect(engine)))).toEqual([0, 0, 0]);
  });

  it.each(GOLDEN_DATES)(
    'are at the moments they are at elsewhere: $customer.id',
    async ({ customer, moments }) => {
      for (const [definition, dates] of Object.entries(moments))
        expect(await fetchMoments(engines[0] as Engine, customer.id, definition)).toEqual(dates);
    },
  );

  it('that move or are revoked have one line for it, whoever noticed', async () => {
    const state = engines[0] as Engine;
    await state.execute(`update int_customers set timezone = 'UTC' where customer_id = 'kathmandu'`);
    await state.execute(`delete from int_customers where customer_id = 'nowhere'`);
    const before = await readAll('select count(*) as n from customer_milestones');
    for (let round = 0; round < 3; round += 1) await Promise.all(engines.map((engine) => detect(engine)));
    const changes = await readAll(
      `select milestones.customer_id, changes.change, count(*) as lines, count(distinct milestone_id) as milestones
       from milestone_changes as changes
       inner join customer_milestones as milestones on changes.milestone_id = milestones.id
       group by 1, 2 order by 1`,
    );
    expect(changes.map((row) => [row['customer_id'], row['change']])).toEqual([
      ['kathmandu', 'moved'],
      ['nowhere', 'revoked'],
    ]);
    for (const row of changes) expect(row['lines']).toBe(row['milestones']);
    expect(await readAll('select count(*) as n from customer_milestones')).toEqual(before);
  });
});
