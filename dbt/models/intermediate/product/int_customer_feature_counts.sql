{{ config(materialized='table') }}

-- Uses of a feature less than 30 days apart are one stretch: it begins with the first of them and ends 30 days after
-- the last, so a feature counts once however many users and days it was used on.
with user_feature_days as (
    select * from {{ ref('int_user_feature_days') }}
),

feature_days as (
    select distinct customer_id, feature_id, metric_date from user_feature_days
),

gaps as (
    select
        customer_id,
        metric_date,
        lag(metric_date) over (partition by customer_id, feature_id order by metric_date) as previous_date,
        lead(metric_date) over (partition by customer_id, feature_id order by metric_date) as later_date
    from feature_days
),

deltas as (
    select customer_id, metric_date, 1 as features
    from gaps
    where previous_date is null or previous_date <= {{ add_days('metric_date', -30) }}
    union all
    select customer_id, {{ add_days('metric_date', 30) }} as metric_date, -1
    from gaps
    where later_date is null or later_date >= {{ add_days('metric_date', 30) }}
),

final as (
    select customer_id, metric_date, cast(sum(features) as integer) as features_change
    from deltas
    where metric_date <= {{ as_of() }}
    group by customer_id, metric_date
)

select * from final
