{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

-- Where a build goes on, the 29 days before the first day that is stated are read as well: what lies before them counts
-- for none of the days stated.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

users as (
    select * from {{ ref('int_user_keys') }}
),

all_user_days as (
    select * from {{ ref('int_user_days') }}
),

user_days as (
    {{ restated_user_rows(ref('int_user_days'), 29) }}
),

event_days as (
    {{ restated_user_rows(ref('int_user_event_days'), 29) }}
),

changes as (
    {{ user_changes('customer_key') }}
),

starts as (
    select
        lives.customer_key,
        users.customer_id,
        greatest(lives.first_date, coalesce(restated.restate_from, {{ continues_from() }})) as start_date
    from (select customer_key, min(metric_date) as first_date from all_user_days group by customer_key) as lives
    inner join users on lives.customer_key = users.user_key
    left join restated on users.customer_id = restated.customer_id
),

totals as (
    {{ user_totals('customer_key') }}
),

final as (
    select
        starts.customer_id,
        totals.metric_date,
        totals.daily_active_users,
        totals.weekly_active_users,
        totals.monthly_active_users,
        totals.engagement_points,
        totals.power_users,
        totals.user_sessions_30d,
        totals.user_features_30d
    from totals
    inner join starts on totals.customer_key = starts.customer_key and totals.metric_date >= starts.start_date
)

select * from final
