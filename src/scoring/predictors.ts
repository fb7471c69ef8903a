import { TenureError } from '../base/index.ts';

/** How a column of a table goes into a model. */
export interface Predictor {
  readonly name: string;
  readonly kind: 'number' | 'boolean' | 'category';
  /** The sign the business knows: 1 never lowers the probability as it grows, -1 never raises it. */
  readonly direction?: 1 | -1;
  /** Counts and amounts, far more of them small than large: the linear part takes ln(1 + x). */
  readonly isLogged?: boolean;
  /** Counted since the customer came, or told by how long ago that was: it moves with the calendar, whatever customers do. */
  readonly isCalendarBound?: boolean;
}

export type OutcomeName = 'churn' | 'expansion';

/** What a model of the product says, and from what. */
export interface Outcome {
  readonly name: OutcomeName;
  /** What is told apart, in words that follow "customer": `left within 90 days`. */
  readonly event: string;
  /** The column of the training snapshots that holds what came of it; NULL where that is not known yet. */
  readonly label: string;
  /**
   * Whom there is something to tell of: a column of the training snapshots, and a condition on the days that are scored;
   * null for everyone.
   */
  readonly candidates: { readonly snapshots: string; readonly days: string } | null;
  readonly predictors: readonly Predictor[];
  /** Predictors that may know the outcome; results are published with and without them. */
  readonly doubtful: readonly string[];
}

/** The 15 features of mart_customer_churn_features (seed 002), with the signs a customer-success team would insist on. */
const CHURN_PREDICTORS: readonly Predictor[] = [
  { name: 'mrr', kind: 'number', isLogged: true },
  { name: 'tenure_days', kind: 'number', isLogged: true, isCalendarBound: true },
  { name: 'plan_tier', kind: 'category' },
  { name: 'industry', kind: 'category' },
  { name: 'total_events', kind: 'number', isLogged: true, isCalendarBound: true },
  { name: 'events_last_30d', kind: 'number', isLogged: true, direction: -1 },
  { name: 'events_last_7d', kind: 'number', isLogged: true, direction: -1 },
  { name: 'avg_adoption_score', kind: 'number', direction: -1 },
  { name: 'days_since_last_event', kind: 'number', isLogged: true, direction: 1 },
  { name: 'retention_signal_count', kind: 'number', isLogged: true, isCalendarBound: true },
  { name: 'integration_connects_first_30d', kind: 'number', isLogged: true, direction: -1 },
  { name: 'tickets_last_30d', kind: 'number', isLogged: true, direction: 1 },
  { name: 'high_priority_tickets', kind: 'number', isLogged: true, isCalendarBound: true },
  // Missing until a ticket was resolved: fewer are the older the customers.
  { name: 'avg_resolution_hours', kind: 'number', isLogged: true, isCalendarBound: true },
  { name: 'is_early_stage', kind: 'boolean', isCalendarBound: true },
];

/** What makes a customer leave says nothing of the sign with which it makes one grow. */
const withoutDirection = ({ direction: _, ...predictor }: Predictor): Predictor => predictor;

const EXPANSION_PREDICTORS: readonly Predictor[] = [
  ...CHURN_PREDICTORS.map(withoutDirection),
  { name: 'premium_feature_trials_30d', kind: 'number', isLogged: true, direction: 1 },
  { name: 'feature_request_tickets_90d', kind: 'number', isLogged: true },
  { name: 'has_open_expansion_opp', kind: 'boolean' },
  { name: 'expansion_opp_amount', kind: 'number', isLogged: true },
  { name: 'mrr_tier_ceiling_pct', kind: 'number' },
];

/** The models of the product (scoring.md): churn of active customers, expansion of those not upgraded yet. */
export const OUTCOMES: readonly Outcome[] = [
  {
    name: 'churn',
    event: 'left within 90 days',
    label: 'churned_in_90d',
    candidates: null,
    predictors: CHURN_PREDICTORS,
    doubtful: [],
  },
  {
    name: 'expansion',
    event: 'upgraded or expanded within 90 days',
    label: 'expanded_in_90d',
    candidates: { snapshots: 'is_expansion_candidate', days: 'not is_upgraded' },
    predictors: EXPANSION_PREDICTORS,
    doubtful: ['has_open_expansion_opp', 'expansion_opp_amount'],
  },
];

/** @throws TenureError OUTCOME_UNKNOWN */
export function findOutcome(name: string): Outcome {
  const outcome = OUTCOMES.find((one) => one.name === name);
  if (outcome !== undefined) return outcome;
  throw new TenureError('OUTCOME_UNKNOWN', { name, names: OUTCOMES.map((one) => one.name).join(', ') });
}
