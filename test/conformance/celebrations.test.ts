import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fetchCandidates,
  fetchCelebrationReport,
  fetchCustomerFacts,
  fetchLastAsked,
  openCaseStudies,
  openCelebrations,
} from '../../src/celebrations/index.ts';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import { readPack } from '../celebrations/packs.ts';
import {
  ACTORS,
  addDefinition,
  addMilestone,
  buildTickingClock,
  GROWTH_CORP,
  writeSchema,
} from '../celebrations/workbench.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();
const { DANA, EVE, WORKER } = ACTORS;

/** The relations of a warehouse that celebrations read, empty. */
const WAREHOUSE = `
  create table stg_customers (
    customer_id text, name text, contact_name text, contact_email text, timezone text, signup_date date,
    is_reference_ok boolean);
  create table stg_users (customer_id text, user_id text, role text, created_at timestamptz, deactivated_at timestamptz);
  create table int_customers (customer_id text, plan_tier text, mrr numeric(18, 2), is_active boolean);
  create table int_customer_profiles (customer_id text, csm_id text, csm_name text);
  create table customer_health_changes (customer_id text, customer_health_score double precision, health_band text);
  create table stg_survey_responses (
    response_id text, customer_id text, survey_type text, responded_at timestamptz, score double precision);
  create table case_study_evidence as select
    cast('growth' as text) as customer_id, 'GrowthCorp' as customer_name, 400 as tenure_days, 85.5 as health_score,
    'Excellent' as health_band, date '2025-05-12' as signup_date, true as is_reference_ok;
  insert into stg_customers values ('growth', 'GrowthCorp', 'Ines Roth', null, null, date '2025-05-12', true);
  insert into stg_users values ('growth', 'u1', 'admin', timestamptz '2025-05-12 10:00:00+00', null);
  insert into int_customers values ('growth', 'growth', 100, true)`;

describe.skipIf(binaries === null)('celebrations on PostgreSQL', () => {
  const server = startPostgres(binaries ?? '');
  const clock = buildTickingClock('2026-01-30T08:00:00Z');
  const templates = readPack();
  const engines: Engine[] = [];

  beforeAll(async () => {
    for (let index = 0; index < 3; index += 1)
      engines.push(await openPostgres({ connectionString: server.connectionString }));
    await writeSchema(engines[0] as Engine);
    await (engines[0] as Engine).execute(WAREHOUSE);
    await addDefinition(engines[0] as Engine, { name: 'x' });
  });
  afterAll(async () => {
    for (const engine of engines) await engine.close();
    server.stop();
  });

  it('are drafted and approved once by three connections, and sent', async () => {
    const state = engines[0] as Engine;
    const milestoneId = await addMilestone(state, { customer: 'growth', definition: 'x' });
    const all = engines.map((engine) => openCelebrations({ state: engine, templates, clock }));
    await Promise.all(
      all.map((one) => one.draft({ milestoneId, actor: DANA, kind: 'case_study', customer: GROWTH_CORP })),
    );
    const approved = await Promise.all(
      all.map((one) => one.approve({ milestoneId, actor: EVE, revision: 1 })),
    );
    expect(new Set(approved.map((one) => JSON.stringify(one))).size).toBe(1);
    const [first] = all;
    expect((await first?.fetchApproved(milestoneId))?.recipient.address).toBe('ines@growth.example');
    await first?.markSent({ milestoneId, actor: WORKER });
    expect((await first?.fetchSteps(milestoneId))?.map(({ toState }) => toState)).toEqual([
      'suggested',
      'drafted',
      'approved',
      'sent',
    ]);
    expect(await first?.list({ states: ['sent'], limit: 5 })).toHaveLength(1);
    expect((await first?.fetchMilestone(milestoneId))?.isCelebrated).toBe(true);
    expect(await fetchLastAsked(state)).toEqual(new Map([['growth', '2026-01-30']]));
    const studies = openCaseStudies({ state, clock });
    expect(await studies.move({ customerId: 'growth', to: 'agreed', actor: DANA })).toMatchObject({
      version: 2,
    });
    expect(await studies.fetchSteps('growth')).toHaveLength(2);
  });

  it('are reported, and give candidates', async () => {
    const state = engines[0] as Engine;
    const sources = { state, warehouse: state };
    expect(await fetchCelebrationReport(sources, { asOf: '2026-03-14' })).toMatchObject({ n: 1, share: 1 });
    expect(await fetchCandidates({ ...sources, today: '2026-03-14' })).toMatchObject([
      { customerId: 'growth', state: 'agreed', lastAskedOn: '2026-01-30', checksMet: 3, users: null },
    ]);
    expect((await fetchCustomerFacts(state, ['growth'])).get('growth')).toMatchObject({
      contactEmail: null,
      adminUsers: ['u1'],
      arr: 1200,
      signupDate: '2025-05-12',
    });
  });

  it('ask a customer for one favour, whoever is at it at the same moment', async () => {
    const all = engines.map((engine) => openCelebrations({ state: engine, templates, clock }));
    for (let round = 0; round < 12; round += 1) {
      const customer = { ...GROWTH_CORP, customerId: `busy-${round}` };
      const milestones: string[] = [];
      for (const occurrence of ['1', '2', '3']) {
        const target = { customer: customer.customerId, definition: 'x', occurrence };
        milestones.push(await addMilestone(engines[0] as Engine, target));
      }
      for (const milestoneId of milestones)
        await all[0]?.draft({ milestoneId, actor: DANA, kind: 'case_study', customer });
      // Every connection approves a milestone of its own: the three favours exclude each other.
      const answers = await Promise.allSettled(
        all.map((one, index) =>
          one.approve({ milestoneId: milestones[index] ?? '', actor: EVE, revision: 1 }),
        ),
      );
      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []));
      expect(refused).toEqual(['ASKED_RECENTLY', 'ASKED_RECENTLY']);
    }
  });
});
