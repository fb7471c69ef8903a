import type { AbstractType } from '../../engines/index.ts';

/** A model, and the columns of it that are copied. */
export interface MirroredModel {
  readonly name: string;
  readonly columns: Readonly<Record<string, AbstractType>>;
}

/**
 * Models that the state has a copy of where the warehouse lies in another database, made with each warehouse that is published and
 * found by their bare names: at most a few rows per customer, and only the columns that are joined to tables of the state.
 */
export const MIRRORED_MODELS: readonly MirroredModel[] = [
  {
    // Names and owners in lists, whom segments are of, and anniversaries: only a database with the calendars of time
    // zones in it knows when a day begins in each.
    name: 'int_customers',
    columns: {
      customer_id: 'string',
      name: 'string',
      csm_id: 'string',
      timezone: 'string',
      industry: 'string',
      segment: 'string',
      signup_date: 'date',
      churn_date: 'date',
      is_active: 'boolean',
    },
  },
  {
    // Who was a customer on an anniversary, and by which plan.
    name: 'int_customer_tiers',
    columns: {
      customer_id: 'string',
      valid_from: 'date',
      ends_on: 'date',
      plan_tier: 'string',
      is_active: 'boolean',
    },
  },
  // The names of owners.
  { name: 'stg_team_members', columns: { member_id: 'string', name: 'string' } },
];
