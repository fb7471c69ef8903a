import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import {
  type Candidate,
  fetchCandidates,
  openCaseStudies,
  openCelebrations,
  renderCandidatesCsv,
} from '../../src/celebrations/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { readPack } from './packs.ts';
import {
  ACTORS,
  addDefinition,
  addMilestone,
  fetchError,
  GROWTH_CORP,
  openMemoryState,
} from './workbench.ts';

const { DANA, EVE, WORKER } = ACTORS;
const TODAY = '2026-03-14';

const EVIDENCE = `
  create table case_study_evidence as
    select
      customer_id, customer_name, 'fintech' as industry, 'smb' as segment, 'growth' as plan_tier, 'm1' as csm_id,
      'Omar' as csm_name, date '2025-01-01' as signup_date, tenure_days, health_score, health_band,
      latest_nps_score, date '2026-01-05' as latest_nps_on, is_reference_ok,
      cast(1500 as decimal(18, 2)) as mrr, cast(1000 as decimal(18, 2)) as first_mrr, 50.0 as mrr_growth_pct,
      30 as users, 1234567 as api_calls, has_documented_roi, roi_goal, 'hours' as roi_unit,
      40.0 as roi_baseline_value, 20.0 as roi_target_value, 12.0 as roi_achieved_value,
      date '2025-11-30' as roi_achieved_on
    from (values
      ('growth', 'GrowthCorp', 365, 80.0, 'Excellent', 9.0, true, true, 'Hours saved'),
      ('almost', 'Almost', 364, 79.9, 'Stable', 8.0, false, false, null),
      ('dark', '=HYPERLINK("http://x.example")', 900, null, 'Unknown', null, null, null, null)
    ) as customers(
      customer_id, customer_name, tenure_days, health_score, health_band, latest_nps_score, is_reference_ok,
      has_documented_roi, roi_goal
    )`;

describe('candidates for a case study', () => {
  let state: Engine;
  let warehouse: Engine;
  const fetchAll = (today = TODAY) => fetchCandidates({ state, warehouse, today });
  const at = (day: string) => openCaseStudies({ state, clock: buildFixedClock(`${day}T08:00:00Z`) });

  beforeEach(async () => {
    state = await openMemoryState();
    await addDefinition(state, { name: '1 Million API Calls' });
    warehouse = await openDuckdb({ path: ':memory:' });
    await warehouse.execute(EVIDENCE);
  });
  afterEach(() => Promise.all([state.close(), warehouse.close()]));

  it('are ready when every point is met, just so; the others say what is missing', async () => {
    await addMilestone(state, { customer: 'growth', definition: '1 Million API Calls' });
    await addMilestone(state, { customer: 'growth', definition: 'x', revokedReason: 'a slip' });
    const candidates = await fetchAll();
    expect(candidates.map(({ customerId, isReady, checksMet }) => [customerId, isReady, checksMet])).toEqual([
      ['growth', true, 6],
      ['dark', false, 2],
      ['almost', false, 1],
    ]);
    expect(candidates[0]).toMatchObject({
      state: 'candidate',
      lastAskedOn: null,
      milestones: [{ name: '1 Million API Calls', value: '1000000', achievedOn: '2026-01-29' }],
      checks: [
        { name: 'health', isMet: true, found: '80' },
        { name: 'nps', isMet: true, found: '9' },
        { name: 'tenure', isMet: true, found: '365' },
        { name: 'roi', isMet: true, found: 'Hours saved: from 40 to 12 hours' },
        { name: 'consent', isMet: true, found: 'yes' },
        { name: 'not_asked', isMet: true, found: 'never asked' },
      ],
    });
    expect(candidates[2]?.checks.map(({ isMet, found }) => `${isMet} ${found}`)).toEqual([
      'false 79.9',
      'false 8',
      'false 364',
      'false no',
      'false no',
      'true never asked',
    ]);
    expect(candidates[1]?.checks.map(({ isMet }) => isMet)).toEqual([null, null, true, null, null, true]);
  });

  it('go their way step by step, each step somebody’s', async () => {
    const studies = at('2026-03-14');
    const move = (to: 'asked' | 'agreed' | 'drafted' | 'approved' | 'published', extra: object = {}) =>
      studies.move({ customerId: 'growth', to, actor: DANA, ...extra });
    await move('asked', { note: 'On the phone' });
    expect(await move('asked')).toMatchObject({ state: 'asked', version: 1 });
    expect(await fetchError(move('published'))).toBe(
      'CASE_STUDY_MOVE_ILLEGAL: The case study of growth is asked; it cannot become published. From asked it can become: agreed, declined.',
    );
    expect(await fetchError(studies.move({ customerId: 'growth', to: 'agreed', actor: WORKER }))).toContain(
      'CELEBRATION_NEEDS_PERSON',
    );
    for (const to of ['agreed', 'drafted', 'approved'] as const) await move(to);
    await move('published', { url: 'https://example.com/growth' });
    expect(await fetchError(move('asked'))).toContain('nothing else, it is done');
    expect((await studies.fetchSteps('growth')).map(({ toState, note }) => [toState, note])).toEqual([
      ['asked', 'On the phone'],
      ['agreed', null],
      ['drafted', null],
      ['approved', null],
      ['published', null],
    ]);
    const [candidate] = await fetchAll();
    expect(candidate).toMatchObject({
      state: 'published',
      url: 'https://example.com/growth',
      isReady: false,
    });
    expect(await studies.list()).toHaveLength(1);
  });

  it('are asked again on the 180th day, whoever asked before', async () => {
    await at('2026-01-01').move({ customerId: 'growth', to: 'asked', actor: DANA });
    await at('2026-01-02').move({ customerId: 'growth', to: 'declined', actor: DANA });
    const ask = (day: string) => at(day).move({ customerId: 'growth', to: 'asked', actor: DANA });
    expect(await fetchError(ask('2026-06-29'))).toBe(
      'ASKED_RECENTLY: growth was asked for a favour on 2026-01-01. Nothing was changed. A customer is asked once in 180 days: ask again from 2026-06-30 on.',
    );
    expect((await fetchAll('2026-06-29'))[0]?.checks[5]).toMatchObject({
      isMet: false,
      found: 'asked on 2026-01-01',
    });
    expect((await fetchAll('2026-06-30'))[0]?.checks[5]?.isMet).toBe(true);
    expect(await ask('2026-06-30')).toMatchObject({ state: 'asked', askedAt: '2026-06-30T08:00:00.000Z' });
  });

  it('are asked by an invitation that left, once, and no second request is approved', async () => {
    const clock = buildFixedClock('2026-03-01T08:00:00Z');
    const celebrations = openCelebrations({ state, templates: readPack(), clock });
    const add = (occurrence: string) =>
      addMilestone(state, { customer: 'growth', definition: '1 Million API Calls', occurrence });
    const draft = (milestoneId: string, kind: 'case_study' | 'social' | 'email') =>
      celebrations.draft({ milestoneId, actor: DANA, kind, customer: GROWTH_CORP });
    const [first, second] = [await add('1'), await add('2')];
    for (const id of [first, second]) await draft(id, 'case_study');
    await celebrations.approve({ milestoneId: first, actor: EVE, revision: 1 });
    expect((await openCaseStudies({ state, clock }).fetch('growth')).state).toBe('candidate');
    expect(
      await fetchError(celebrations.approve({ milestoneId: second, actor: EVE, revision: 1 })),
    ).toContain('ASKED_RECENTLY: growth was asked for a favour on 2026-03-01.');
    await draft(second, 'email');
    await celebrations.approve({ milestoneId: second, actor: EVE, revision: 2 });
    await celebrations.markSent({ milestoneId: first, actor: WORKER });
    await celebrations.markSent({ milestoneId: first, actor: WORKER });
    expect(await openCaseStudies({ state, clock }).fetch('growth')).toMatchObject({
      state: 'asked',
      version: 1,
    });
  });

  it('are written for a spreadsheet without formulas', async () => {
    await addMilestone(state, { customer: 'growth', definition: '1 Million API Calls' });
    const csv = renderCandidatesCsv(await fetchAll());
    expect(csv.split('\r\n')).toHaveLength(5);
    const [growth, dark] = parse(csv, { columns: true }) as Record<string, string>[];
    expect(growth).toMatchObject({
      customer_id: 'growth',
      is_ready: 'yes',
      roi_ok: 'yes',
      mrr_growth_pct: '50',
      api_calls: '1234567',
      roi_achieved_on: '2025-11-30',
      milestones: '1 Million API Calls (2026-01-29)',
    });
    expect(dark).toMatchObject({
      customer_name: `'=HYPERLINK("http://x.example")`,
      is_ready: 'no',
      health_ok: 'unknown',
      health_score: '',
    });
  });

  it('keep every text in its cell, and none begins like a formula', async () => {
    const [known] = await fetchAll();
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '=1+1',
        '+1',
        '-1',
        '@SUM(A1)',
        '\t=1',
        '\r\n=1',
        ' =1',
        'a"b',
        'a,b',
        'a\r\nb',
        '＝1',
        '',
      ),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (names) => {
        const candidates = names.map((name) => ({ ...(known as Candidate), customerName: name }));
        const rows = parse(renderCandidatesCsv(candidates), { columns: true }) as Record<string, string>[];
        expect(rows.map((row) => row['customer_name']?.replace(/^'(?=[\s=+\-@＝＋－＠])/, ''))).toEqual(
          names,
        );
        for (const row of rows) {
          for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+@＝＋－＠]|^-\D/);
        }
      }),
    );
  });
});
