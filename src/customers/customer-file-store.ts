import { TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import type {
  CustomerDay,
  CustomerFigures,
  CustomerFile,
  CustomerProfile,
  CustomerScore,
  Deal,
  FeatureUse,
  Goal,
  HealthPoints,
  NextAction,
  SubscriptionChange,
  SurveyAnswer,
  Ticket,
} from './customer-types.ts';
import { parseRecords } from './records.ts';

const DAYS_OF_HISTORY = 365;
const DAYS_OF_USE = 90;
const ROWS = 10;

const PROFILE = `select
    known.customer_id, coalesce(known.name, known.customer_id) as customer_name, today.metric_date as as_of,
    coalesce(success.plan_tier, known.plan_tier) as plan_tier, profiles.segment, profiles.industry, profiles.csm_id,
    profiles.csm_name, known.timezone, contacts.contact_name, contacts.contact_email, contacts.is_reference_ok,
    known.signup_date, known.tenure_days, known.churn_date, cast(success.customer_id is not null as boolean) as is_active,
    profiles.first_value_on, commitments.seats, commitments.next_term_end as renews_on, commitments.open_expansions
  from int_customers as known
  cross join (select metric_date from int_days where is_latest) as today
  inner join int_customer_profiles as profiles on known.customer_id = profiles.customer_id
  left join stg_customers as contacts on known.customer_id = contacts.customer_id
  left join int_customer_commitments as commitments on known.customer_id = commitments.customer_id
  left join int_customer_success_days as success
    on known.customer_id = success.customer_id and success.metric_date = today.metric_date
  where known.customer_id = $1`;

const FIGURES = `select
    cast(success.current_mrr as double precision) as current_mrr,
    cast(success.previous_month_mrr as double precision) as previous_month_mrr, success.mrr_at_risk,
    success.customer_health_score, success.health_band, success.health_trend_30d, success.health_coverage_pct,
    success.health_version, health.override_reason, success.churn_risk_score, success.churn_tier,
    success.expansion_potential_score, success.expansion_tier, quadrant.is_upgraded, quadrant.quadrant, success.users,
    success.daily_active_users, success.weekly_active_users, success.monthly_active_users, success.usage_change,
    success.events_30d, success.core_feature_adoption_rate, success.open_tickets, success.support_tickets_30d,
    success.avg_ticket_resolution_hours, success.nps_score, success.csat_score, changes.score_7d_ago,
    changes.score_30d_ago, changes.what_moved_7d, changes.what_moved_30d
  from int_customer_success_days as success
  inner join int_days as today on success.metric_date = today.metric_date and today.is_latest
  left join int_customer_health_days as health
    on success.customer_id = health.customer_id and success.metric_date = health.metric_date
  left join churn_expansion_quadrant as quadrant on success.customer_id = quadrant.customer_id
  left join customer_health_changes as changes on success.customer_id = changes.customer_id
  where success.customer_id = $1`;

const POINTS = `select component, component_score, points_earned, points_lost, points_earned_7d_ago, points_earned_30d_ago
  from customer_health_points where customer_id = $1 order by component_place`;

const DAYS = `select
    ledger.metric_date, ledger.is_active, success.customer_health_score as health_score,
    cast(success.current_mrr as double precision) as mrr, ledger.events, ledger.daily_active_users, ledger.weekly_active_users
  from int_customer_days as ledger
  inner join int_days as days on ledger.metric_date = days.metric_date and days.days_ago < ${DAYS_OF_HISTORY}
  left join int_customer_success_days as success
    on ledger.customer_id = success.customer_id and ledger.metric_date = success.metric_date
  where ledger.customer_id = $1 order by ledger.metric_date`;

const FEATURES = `select
    uses.feature_id, coalesce(max(features.name), uses.feature_id) as feature_name, max(features.category) as category,
    cast(sum(case when days.days_ago < 30 then uses.uses else 0 end) as double precision) as uses_30d,
    cast(sum(uses.uses) as double precision) as uses_90d, max(uses.metric_date) as last_used_on
  from int_customer_feature_days as uses
  inner join int_days as days on uses.metric_date = days.metric_date and days.days_ago < ${DAYS_OF_USE}
  left join stg_features as features on uses.feature_id = features.feature_id
  where uses.customer_id = $1 group by uses.feature_id order by uses_90d desc, uses.feature_id`;

const SCORES = `select predictions.model, predictions.version, predictions.probability, predictions.tier,
    predictions.base_rate, predictions.reasons
  from predictions
  inner join int_days as today on predictions.as_of = today.metric_date and today.is_latest
  where predictions.customer_id = $1 order by predictions.model`;

const SUBSCRIPTIONS = `select valid_from, valid_to, change_type, plan_tier, cast(mrr as double precision) as mrr, seats,
    billing_interval, term_end
  from stg_subscription_periods where customer_id = $1 order by valid_from desc, subscription_id`;

const DEALS = `select deals.opp_id, deals.opportunity_type, deals.stage, deals.is_open,
    cast(deals.amount as double precision) as amount, deals.close_date, deals.sales_owner, sellers.owner_name
  from stg_gtm_opportunities as deals
  cross join (select metric_date from int_days where is_latest) as today
  left join int_opportunity_owners as owners on deals.opp_id = owners.opp_id
  left join int_sales_days as sellers
    on owners.owner_id = sellers.owner_id and sellers.metric_date = today.metric_date
  where deals.customer_id = $1
  order by deals.is_open desc, deals.close_date desc nulls last, deals.opp_id limit ${ROWS}`;

const TICKETS = `select ticket_id, created_date, priority, topic, is_open,
    cast(resolution_time as double precision) as resolution_hours
  from stg_support_tickets where customer_id = $1
  order by is_open desc, created_date desc, created_at desc nulls last, ticket_id limit ${ROWS}`;

const SURVEYS = `select survey_type, wave, responded_at, cast(score as double precision) as score
  from stg_survey_responses where customer_id = $1 and score is not null and responded_at is not null
  order by responded_at desc, response_id limit ${ROWS}`;

const GOALS = `select name, goal_type, unit, cast(target_value as double precision) as target_value,
    cast(achieved_value as double precision) as achieved_value, target_date, achieved_at
  from stg_success_goals where customer_id = $1 order by target_date, goal_id`;

const ACTIONS = `select rule, priority, action, reason, cast(value_usd as double precision) as value_usd
  from customer_next_actions where customer_id = $1 order by action_rank`;

function parseScore(row: Row): CustomerScore {
  const [score] = parseRecords<CustomerScore & { readonly reasons: unknown }>([row]);
  return { ...(score as CustomerScore), reasons: JSON.parse(String(row['reasons'])) };
}

/**
 * Everything the warehouse says of one customer, by a dozen small statements. Its figures are those of the metrics layer for
 * the day the warehouse was built for.
 *
 * @throws TenureError CUSTOMER_UNKNOWN
 */
export async function fetchCustomerFile(engine: Engine, customerId: string): Promise<CustomerFile> {
  const ask = async <Shape>(sql: string) => parseRecords<Shape>(await engine.query(sql, [customerId]));
  const [profile] = await ask<CustomerProfile>(PROFILE);
  if (profile === undefined) throw new TenureError('CUSTOMER_UNKNOWN', { customer: customerId });
  const [figures = null] = await ask<CustomerFigures>(FIGURES);
  return {
    profile,
    figures,
    points: await ask<HealthPoints>(POINTS),
    days: await ask<CustomerDay>(DAYS),
    features: await ask<FeatureUse>(FEATURES),
    scores: (await engine.query(SCORES, [customerId])).map(parseScore),
    subscriptions: await ask<SubscriptionChange>(SUBSCRIPTIONS),
    deals: await ask<Deal>(DEALS),
    tickets: await ask<Ticket>(TICKETS),
    surveys: await ask<SurveyAnswer>(SURVEYS),
    goals: await ask<Goal>(GOALS),
    actions: await ask<NextAction>(ACTIONS),
  };
}
