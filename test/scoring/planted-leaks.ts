/**
 * What people do wrong, each as a table of a warehouse to learn from, with the column `label`: customers by `customer_id`,
 * days by `metric_date`.
 */

/** The snapshots as they are: nothing is known too early. */
export const HONEST = `(
  select * exclude (churned_in_90d, expanded_in_90d, is_expansion_candidate), churned_in_90d as label
  from int_training_snapshots
) as t`;

/** Features of the 90 days that were to be foretold. */
export const FROM_LATER = `(
  select snapshots.* exclude (churned_in_90d, expanded_in_90d, is_expansion_candidate, events_last_30d),
    coalesce(later.events_last_30d, 0) as events_last_30d, snapshots.churned_in_90d as label
  from int_training_snapshots as snapshots
  left join int_training_snapshots as later on snapshots.customer_id = later.customer_id
    and later.metric_date = last_day(snapshots.metric_date + interval 3 month)
) as t`;

/** The stage that the newest open expansion deal ended in. */
export const FINAL_STAGE = `(
  select snapshots.* exclude (churned_in_90d, expanded_in_90d, is_expansion_candidate),
    snapshots.expanded_in_90d as label, ended.final_stage
  from int_training_snapshots as snapshots
  left join (
    select snapshots.customer_id, snapshots.metric_date, arg_max(deals.stage, deals.created_at) as final_stage
    from int_training_snapshots as snapshots
    inner join stg_gtm_opportunities as deals on snapshots.customer_id = deals.customer_id
      and deals.opportunity_type = 'expansion' and cast(deals.created_at as date) <= snapshots.metric_date
      and deals.close_date > snapshots.metric_date
    group by snapshots.customer_id, snapshots.metric_date
  ) as ended on snapshots.customer_id = ended.customer_id and snapshots.metric_date = ended.metric_date
  where snapshots.is_expansion_candidate
) as t`;

/** Customers that left observed on the day before they left, all others on the last day. */
export const buildDatedByChurn = (asOf: string): string => `(
  select days.* exclude (is_month_end), customers.churn_date is not null as label
  from int_customers as customers
  inner join int_customer_predictor_days as days on customers.customer_id = days.customer_id
    and days.metric_date = coalesce(customers.churn_date - 1, date '${asOf}')
) as t`;
