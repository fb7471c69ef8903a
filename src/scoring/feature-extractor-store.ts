import { quoteLiteral, TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import { findOutcome, type OutcomeName } from './predictors.ts';

/** The features of one customer by their names, as the mart holds them; decimals are text with their digits kept. */
type CustomerFeatures = Row;

/**
 * Looks up the features of one customer: the ChurnFeatureExtractor (15) and ExpansionFeatureExtractor (20) of seed 002,
 * about a millisecond a call by the mart's key. Calls that wait for another are answered together.
 */
export interface FeatureExtractor {
  /**
   * Null for a customer that is not in the mart: churned, or, for expansion, upgraded.
   *
   * @throws TenureError QUERY_FAILED, also once it is closed
   */
  fetch(customerId: string): Promise<CustomerFeatures | null>;
  /** Answers the calls that wait, and no more after them. */
  close(): Promise<void>;
}

const MARTS: Readonly<Record<OutcomeName, string>> = {
  churn: 'mart_customer_churn_features',
  expansion: 'mart_customer_expansion_features',
};

/** Customers of one query and, once it is answered, their rows. */
interface Batch {
  readonly customers: string[];
  readonly rows: Promise<ReadonlyMap<unknown, CustomerFeatures>>;
}

/**
 * Opens a look-up on an open warehouse, which stays the caller's to close. It is fastest where that has one thread: more
 * are only woken for nothing.
 *
 * @throws TenureError OUTCOME_UNKNOWN, QUERY_FAILED where the warehouse has no such mart
 *
 * @example
 * const extractor = await openFeatureExtractor(engine, 'churn');
 * await extractor.fetch('a1'); // { customer_id: 'a1', mrr: '1200.00', tenure_days: 412, … }
 */
export async function openFeatureExtractor(engine: Engine, name: string): Promise<FeatureExtractor> {
  const outcome = findOutcome(name);
  const columns = ['customer_id', ...outcome.predictors.map((predictor) => predictor.name)];
  const select = `select ${columns.join(', ')} from ${MARTS[outcome.name]}`;
  await engine.describe(select);
  let isOpen = true;
  let waiting: Batch | null = null;
  /** Ends when the query that runs has ended, in whichever way. */
  let last: Promise<unknown> = Promise.resolve();
  const openBatch = (): Batch => {
    const customers: string[] = [];
    const rows = last.then(async () => {
      waiting = null;
      // Text, not parameters: with those the statement is planned twice.
      const list = customers.map(quoteLiteral).join(', ');
      const found = await engine.query(`${select} where customer_id in (${list})`);
      return new Map(found.map((row) => [row['customer_id'], row]));
    });
    last = rows.catch(() => null);
    return { customers, rows };
  };
  return {
    fetch: async (customerId) => {
      if (!isOpen) throw new TenureError('QUERY_FAILED', { problem: 'the look-up of features is closed' });
      // No id has it, and it would end the text of the query that others wait for.
      if (customerId.includes('\0')) return null;
      waiting ??= openBatch();
      waiting.customers.push(customerId);
      return (await waiting.rows).get(customerId) ?? null;
    },
    close: async () => {
      isOpen = false;
      await last;
    },
  };
}
