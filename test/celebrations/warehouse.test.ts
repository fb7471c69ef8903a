import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchCustomerFacts } from '../../src/celebrations/index.ts';
import { type Company, openAcme } from '../dbt/company.ts';

describe('what the warehouse knows', () => {
  let company: Company;
  beforeAll(async () => {
    company = await openAcme();
  });
  afterAll(() => company.close());

  it('of customers, by their ids', async () => {
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
});
