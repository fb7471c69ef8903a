{{ config(materialized='table') }}

with user_days as (
    select * from {{ ref('int_user_days') }}
),

user_states as (
    select * from {{ ref('int_user_states') }}
),

feature_counts as (
    select * from {{ ref('int_customer_feature_counts') }}
),

days as (
    select * from {{ ref('int_days') }}
),

totals as (
    {{ user_totals('customer_id', 'customer_id') }}
),

final as (
    select
        totals.*,
        cast(
            coalesce(
                sum(feature_counts.features_change) over (
                    partition by totals.customer_id order by totals.metric_date rows unbounded preceding
                ),
                0
            ) as integer
        ) as features_adopted
    from totals
    left join feature_counts
        on totals.customer_id = feature_counts.customer_id
        and totals.metric_date = feature_counts.metric_date
)

select * from final
