import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { type MilestoneDefinition, readDefinitions, saveDefinitions } from '../../src/milestones/index.ts';
import { runSchema } from '../notify/workbench.ts';

/** A customer with a date and a place. */
export interface DatedCustomer {
  readonly id: string;
  readonly signup: string;
  readonly zone: string | null;
  /** The day it left. */
  readonly leaves?: string;
}

const wording = { title: '{number} {amount}', detail: '{number}', enabled: true, priority: 50 };

/** The pack's only definition of time, and beside it the two other tenures and the one year the pack leaves out. */
export function listTimeDefinitions(): readonly MilestoneDefinition[] {
  const pack = readDefinitions(path.join(PACKAGE_ROOT, 'packs', 'milestones.yml'));
  return [
    ...pack.filter(({ type }) => type === 'time'),
    {
      type: 'time',
      name: 'Fourth year',
      condition: { metric: 'tenure_years', threshold: 4 },
      unit: 'year',
      ...wording,
    },
    {
      type: 'time',
      name: 'Months',
      condition: { metric: 'tenure_months', thresholds: [1, 12] },
      unit: 'month',
      ...wording,
    },
    {
      type: 'time',
      name: 'Days',
      condition: { metric: 'tenure_days', thresholds: [2, 100, 365, 1000] },
      unit: 'day',
      ...wording,
    },
  ];
}

/** State and, beside it, what detection of anniversaries reads of a warehouse: any engine, any dates. */
export async function writeDatedCustomers(
  engine: Engine,
  customers: readonly DatedCustomer[],
): Promise<void> {
  await runSchema(engine);
  await engine.execute(`
    create table int_customers (customer_id text, signup_date date, churn_date date, timezone text);
    create table int_customer_tiers (customer_id text, valid_from date, ends_on date, is_active boolean)`);
  for (const { id, signup, zone, leaves = null } of customers) {
    await engine.execute('insert into int_customers values ($1, cast($2 as date), cast($3 as date), $4)', [
      id,
      signup,
      leaves,
      zone,
    ]);
    await engine.execute(
      `insert into int_customer_tiers values ($1, cast($2 as date), cast($3 as date), true)`,
      [id, signup, leaves ?? '2199-12-31'],
    );
  }
  await engine.transaction(() =>
    saveDefinitions(engine, listTimeDefinitions(), {
      clock: buildFixedClock('2020-01-01T00:00:00Z'),
      isShipped: false,
    }),
  );
}

/** The moments of a customer by a definition: occurrence → `achieved_at`, as recorded. */
export async function fetchMoments(
  engine: Engine,
  customer: string,
  definition: string,
): Promise<Readonly<Record<string, string>>> {
  const rows = await engine.query(
    `select milestones.occurrence, milestones.achieved_at from customer_milestones as milestones
     inner join milestone_definitions as definitions on milestones.definition_id = definitions.id
     where milestones.customer_id = $1 and definitions.name = $2 and milestones.revoked_at is null`,
    [customer, definition],
  );
  return Object.fromEntries(
    rows.map((row) => [String(row['occurrence']), String(row['achieved_at']).replace(/:00\.000Z$/, 'Z')]),
  );
}
