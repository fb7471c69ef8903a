/** What a reason can say beside the value itself. */
export interface ReasonContext {
  /** Change of the events of the last 30 days against the 30 before, 0.1 is 10 % more; null where unknown. */
  readonly usageChange: number | null;
}

const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SHARES = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, minimumFractionDigits: 2 });
/** A change of usage below this is not worth a word. */
const NOTABLE_CHANGE = 0.1;

function count(value: number, one: string, many = `${one}s`): string {
  const words = value === 1 ? one : many;
  return value === 0 ? `No ${one}` : `${NUMBERS.format(value)} ${words}`;
}

function describeUsage(value: number, { usageChange }: ReasonContext): string {
  if (usageChange !== null && Math.abs(usageChange) >= NOTABLE_CHANGE) {
    const verb = usageChange < 0 ? 'fell' : 'rose';
    return `Usage ${verb} ${NUMBERS.format(Math.abs(100 * usageChange))} % against the month before`;
  }
  return `${count(value, 'event')} in the last 30 days`;
}

type Wording = (value: number, context: ReasonContext) => string;

const NUMBER_WORDS: Readonly<Record<string, Wording>> = {
  mrr: (value) => `Pays ${NUMBERS.format(value)} USD a month`,
  tenure_days: (value) => `A customer for ${count(value, 'day').toLowerCase()}`,
  total_events: (value) => `${count(value, 'event')} so far`,
  events_last_30d: describeUsage,
  events_last_7d: (value) => `${count(value, 'event')} in the last 7 days`,
  avg_adoption_score: (value) => `Adoption score ${SHARES.format(value)} on average`,
  days_since_last_event: (value) => (value === 0 ? 'Used today' : `Last used ${count(value, 'day')} ago`),
  retention_signal_count: (value) =>
    `${count(value, 'evidence upload, monitoring run or report view', 'evidence uploads, monitoring runs and report views')} so far`,
  integration_connects_first_30d: (value) => `${count(value, 'integration')} connected in the first 30 days`,
  tickets_last_30d: (value) => `${count(value, 'support ticket')} in the last 30 days`,
  high_priority_tickets: (value) => `${count(value, 'high or critical ticket')} so far`,
  avg_resolution_hours: (value) => `Tickets took ${NUMBERS.format(value)} hours on average`,
  is_early_stage: (value) => (value === 1 ? 'In the first 90 days' : 'Past the first 90 days'),
  premium_feature_trials_30d: (value) =>
    `${count(value, 'trial')} of features of the next tier in the last 30 days`,
  feature_request_tickets_90d: (value) => `${count(value, 'feature request')} in the last 90 days`,
  has_open_expansion_opp: (value) =>
    value === 1 ? 'An expansion is in the pipeline' : 'No expansion in the pipeline',
  expansion_opp_amount: (value) =>
    value === 0
      ? 'No expansion in the pipeline'
      : `An expansion of ${NUMBERS.format(value)} USD is in the pipeline`,
  mrr_tier_ceiling_pct: (value) => `MRR at ${NUMBERS.format(100 * value)} % of the range of its tier`,
};

const TEXT_WORDS: Readonly<Record<string, (value: string) => string>> = {
  plan_tier: (value) => `On the ${value} plan`,
  industry: (value) => `In the industry ${value}`,
};

const UNKNOWN_WORDS: Readonly<Record<string, string>> = {
  avg_adoption_score: 'No adoption score yet',
  avg_resolution_hours: 'No ticket was resolved yet',
  days_since_last_event: 'Never used',
};

/**
 * Why a score is what it is, in words: what a predictor's value says of the customer. A predictor of a table of one's own is
 * told by its name.
 *
 * @param value a number (booleans are 1 and 0), a text, or null for a missing value
 *
 * @example
 * renderReason('events_last_30d', 12, { usageChange: -0.62 }); // 'Usage fell 62 % against the month before'
 * renderReason('seats', 4, { usageChange: null }); // 'seats is 4'
 */
export function renderReason(
  predictor: string,
  value: number | string | null,
  context: ReasonContext,
): string {
  if (value === null) return UNKNOWN_WORDS[predictor] ?? `${predictor} is not known`;
  if (typeof value === 'string') return TEXT_WORDS[predictor]?.(value) ?? `${predictor} is ${value}`;
  return NUMBER_WORDS[predictor]?.(value, context) ?? `${predictor} is ${value}`;
}
