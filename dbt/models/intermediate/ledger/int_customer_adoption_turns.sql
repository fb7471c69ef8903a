{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

-- A use counts from its day on for 30 days, or until the feature is withdrawn. A feature is adopted while it has one
-- use, a core feature while it has three: from the day of the last of them until the first of them no longer counts.
-- Of the stretches of one feature that meet, only the first beginning and the last end turn anything.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

terms as (
    select * from {{ ref('int_feature_terms') }}
),

feature_days as (
    {{ restated_rows(ref('int_customer_feature_days'), 'metric_date', 60) }}
),

first_uses as (
    select
        feature_days.customer_id,
        feature_days.feature_id,
        feature_days.metric_date,
        case
            when feature_days.uses >= 3 or not terms.is_core then feature_days.metric_date
            when feature_days.uses + lag(feature_days.uses) over feature_uses >= 3
                then lag(feature_days.metric_date) over feature_uses
            else lag(feature_days.metric_date, 2) over feature_uses
        end as first_date,
        terms.core_rank,
        terms.retired_on
    from feature_days
    inner join terms on feature_days.feature_id = terms.feature_id
    window feature_uses as (
        partition by feature_days.customer_id, feature_days.feature_id order by feature_days.metric_date
    )
),

stretches as (
    select
        customer_id,
        feature_id,
        core_rank,
        metric_date,
        least({{ add_days('first_date', 30) }}, retired_on) as ends_on
    from first_uses
    where first_date is not null and metric_date < least({{ add_days('first_date', 30) }}, retired_on)
),

neighbours as (
    select
        customer_id,
        core_rank,
        metric_date,
        ends_on,
        lag(ends_on) over feature_stretches as previous_end,
        lead(metric_date) over feature_stretches as next_date
    from stretches
    window feature_stretches as (partition by customer_id, feature_id order by metric_date)
),

turns as (
    select customer_id, core_rank, metric_date, 1 as turn
    from neighbours
    where coalesce(previous_end < metric_date, true)
    union all
    select customer_id, core_rank, ends_on, -1
    from neighbours
    where coalesce(next_date > ends_on, true) and ends_on <= {{ as_of() }}
),

final as (
    select
        customer_id,
        metric_date,
        cast(sum(turn) as bigint) as features_gained
        {%- for rank in range(4) %},
        cast(sum(case when core_rank = {{ rank }} then turn else 0 end) as bigint) as core_features_gained_{{ rank }}
        {%- endfor %}
    from ({{ restated_rows('turns') }}) as turns
    group by customer_id, metric_date
)

select * from final
