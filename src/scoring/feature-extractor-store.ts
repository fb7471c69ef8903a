import type { DuckdbEngine, PreparedQuery, Row } from '../engines/index.ts';
import { findOutcome, type OutcomeName } from './predictors.ts';

/** The features of one customer by their names, as the mart holds them; decimals are text with their digits kept. */
type CustomerFeatures = Row;

/**
 * Looks up the features of one customer: the ChurnFeatureExtractor (15) and ExpansionFeatureExtractor (20) of seed 002,
 * about a millisecond a call by the mart's key.
 */
export interface FeatureExtractor {
  /** Null for a customer that is not in the mart: churned, or, for expansion, upgraded. */
  fetch(customerId: string): Promise<CustomerFeatures | null>;
  close(): Promise<void>;
}

const MARTS: Readonly<Record<OutcomeName, string>> = {
  churn: 'mart_customer_churn_features',
  expansion: 'mart_customer_expansion_features',
};

/** So many calls are answered at once, each on a connection of its own; the others wait. */
const LANES = 2;

interface Lane {
  readonly engine: DuckdbEngine;
  readonly prepared: PreparedQuery;
}

async function openLane(engine: DuckdbEngine, sql: string): Promise<Lane> {
  const beside = await engine.connect();
  // One row by an index: more threads would only be woken for nothing.
  return { engine: beside, prepared: await beside.prepare(sql) };
}

/**
 * Opens a look-up on an open warehouse, which stays the caller's to close.
 *
 * @throws TenureError OUTCOME_UNKNOWN, QUERY_FAILED where the warehouse has no such mart
 *
 * @example
 * const extractor = await openFeatureExtractor(engine, 'churn');
 * await extractor.fetch('a1'); // { customer_id: 'a1', mrr: '1200.00', tenure_days: 412, … }
 */
export async function openFeatureExtractor(engine: DuckdbEngine, name: string): Promise<FeatureExtractor> {
  const outcome = findOutcome(name);
  const columns = ['customer_id', ...outcome.predictors.map((predictor) => predictor.name)];
  const sql = `select ${columns.join(', ')} from ${MARTS[outcome.name]} where customer_id = $1`;
  const free = await Promise.all(Array.from({ length: LANES }, () => openLane(engine, sql)));
  const lanes = [...free];
  const waiting: ((lane: Lane) => void)[] = [];
  const take = (): Promise<Lane> => {
    const lane = free.pop();
    return lane === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(lane);
  };
  const give = (lane: Lane): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(lane);
    else next(lane);
  };
  return {
    fetch: async (customerId) => {
      const lane = await take();
      try {
        const [row] = await lane.prepared.query([customerId]);
        return row ?? null;
      } finally {
        give(lane);
      }
    },
    close: async () => {
      for (const { engine: beside, prepared } of lanes) {
        prepared.close();
        await beside.close();
      }
    },
  };
}
