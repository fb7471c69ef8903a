{{ config(materialized='table') }}

-- Kaplan, E. L., Meier, P. (1958), Nonparametric estimation from incomplete observations, JASA 53, 457–481; the mean is
-- the area under the curve up to 60 months (1,826 days). The curve is read as far as 30 customers were followed; from
-- there on they are taken to leave at the rate of the last 180 days of the curve. A customer leaves once, the first time.
{%- set followed = 'least(coalesce(' ~ days_between('signup_date', 'left_on') ~ ', 1826), 1826, '
    ~ days_between('signup_date', 'month') ~ ')' %}

with days as (
    select * from {{ ref('int_days') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

lives as (
    select
        months.month,
        customers.customer_id,
        customers.signup_date,
        min(case when not tiers.is_active and tiers.valid_from > customers.signup_date then tiers.valid_from end) as left_on
    from (select distinct cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month from days) as months
    inner join customers on customers.signup_date < months.month
    inner join customer_tiers as tiers
        on customers.customer_id = tiers.customer_id and tiers.valid_from < months.month
    group by months.month, customers.customer_id, customers.signup_date
),

durations as (
    select
        month,
        {{ followed }} as duration,
        count(*) as customers,
        count(case when {{ days_between('signup_date', 'left_on') }} = {{ followed }} then 1 end) as churned
    from lives
    group by month, {{ followed }}
),

at_risk as (
    select
        *,
        sum(customers) over (
            partition by month order by duration desc rows between unbounded preceding and current row
        ) as followed
    from durations
),

curve as (
    select
        month,
        duration,
        churned,
        followed,
        lead(duration) over curve_order as next_duration,
        coalesce(lag(duration) over curve_order, 0) as previous_duration,
        exp(sum(ln(1 - {{ to_float('churned') }} / followed)) over (
            partition by month order by duration rows between unbounded preceding and current row
        )) as share_left,
        sum(churned) over (partition by month) as churned_in_all,
        max(duration) over (partition by month) as follow_up_days
    from at_risk
    where followed >= 30
    window curve_order as (partition by month order by duration)
),

summed as (
    select
        month,
        min(follow_up_days) as follow_up_days,
        cast(min(churned_in_all) as bigint) as churned,
        min(case when duration = follow_up_days then share_left end) as share_left,
        min(duration) + {{ sum_exact('share_left * coalesce(next_duration - duration, 0)') }} as days_within,
        {{ to_float('sum(case when duration > follow_up_days - 180 then churned end)') }} / nullif({{ sum_exact(
            'case when duration > follow_up_days - 180'
            ~ ' then followed * (duration - greatest(previous_duration, follow_up_days - 180)) end'
        ) }}, 0) as late_hazard
    from curve
    group by month
),

final as (
    select
        month,
        follow_up_days,
        churned,
        share_left,
        late_hazard,
        case
            when churned < 20 then null
            when late_hazard > 0
                then days_within + share_left * (1 - exp(-late_hazard * (1826 - follow_up_days))) / late_hazard
            else days_within + share_left * (1826 - follow_up_days)
        end / 30.4375 as expected_lifetime_months
    from summed
)

select * from final
