import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fetchCandidates,
  fetchCelebrationReport,
  fetchCustomerFacts,
  renderCandidatesCsv,
} from '../../src/celebrations/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { type Company, openAcme } from '../dbt/company.ts';
import { addDefinition, addMilestone, openMemoryState } from './workbench.ts';

describe('over the example company', () => {
  let company: Company;
  let state: Engine;
  beforeAll(async () => {
    company = await openAcme();
    state = await openMemoryState();
    await addDefinition(state, { name: 'First year', type: 'time' });
    await addMilestone(state, { customer: 'northwind', type: 'time', definition: 'First year' });
  });
  afterAll(() => Promise.all([company.close(), state.close()]));

  it('customers are found by their ids', async () => {
    const facts = await fetchCustomerFacts(company.engine, ['northwind', 'harbor', 'nobody', 'harbor']);
    expect([...facts.keys()].sort()).toEqual(['harbor', 'northwind']);
    expect(facts.get('northwind')).toEqual({
      customerId: 'northwind',
      name: 'Northwind Bank',
      contactName: 'Ines Roth',
      contactEmail: 'ines@northwind.example',
      adminUsers: [],
      timezone: 'Europe/Berlin',
      signupDate: '2024-02-29',
      planTier: 'growth',
      csmId: null,
      csmName: null,
      isReferenceOk: true,
      healthScore: expect.any(Number),
      healthBand: expect.any(String),
      arr: expect.any(Number),
    });
    expect((await fetchCustomerFacts(company.engine, [])).size).toBe(0);
  });

  it('candidates are the customers with a contract, and what is not on file is unknown', async () => {
    const candidates = await fetchCandidates({ state, warehouse: company.engine, today: '2026-03-14' });
    const [row] = await company.engine.query('select count(*) as n from case_study_evidence');
    expect(candidates).toHaveLength(Number(row?.['n']));
    const northwind = candidates.find(({ customerId }) => customerId === 'northwind');
    expect(northwind).toMatchObject({
      isReady: false,
      isReferenceOk: true,
      milestones: [{ name: 'First year' }],
    });
    // The example has no surveys and no goals.
    expect(northwind?.checks.filter(({ isMet }) => isMet === null).map(({ name }) => name)).toEqual([
      'nps',
      'roi',
    ]);
    expect(renderCandidatesCsv(candidates).split('\r\n')).toHaveLength(candidates.length + 2);
  });

  it('the report has an owner row for those without one', async () => {
    const report = await fetchCelebrationReport({ state, warehouse: company.engine }, { asOf: '2026-03-14' });
    expect(report).toMatchObject({ n: 1, celebrated: 0, verdict: 'too early to say' });
    expect(report.byOwner).toMatchObject([{ key: null, label: 'nobody', n: 1 }]);
  });
});
