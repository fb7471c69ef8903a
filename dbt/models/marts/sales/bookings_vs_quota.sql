{{ config(materialized='table') }}

-- Seen from the last day of the month, or from as_of. A month's quota is the part of its period's that falls to the
-- days of the month so far, so that the months of a period add up to it.
with days as (
    select * from {{ ref('int_days') }}
),

owners as (
    select * from {{ ref('int_sales_owners') }}
),

totals as (
    select * from {{ ref('int_sales_totals') }}
),

attainment as (
    select * from {{ ref('int_quota_attainment_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.gtm_opportunities']) }}
),

months as (
    select
        cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month,
        metric_date as last_day,
        is_latest and not is_month_end as is_partial
    from days
    where is_month_end or is_latest
),

bounds as (
    -- Quotas are spread over company_history_days; a month is shown when the day before it is among those.
    select min(metric_date) as first_day from days
    where days_ago < {{ var('company_history_days') }}
),

members as (
    select 'all' as owner_id, 'All' as owner_name, cast(null as date) as known_from
    union all
    select
        owner_id,
        case
            when coalesce(active_from, {{ as_of() }}) <= {{ as_of() }} then coalesce(member_name, other_name)
            else other_name
        end as owner_name,
        known_from
    from owners
),

final as (
    select
        months.month,
        members.owner_id,
        members.owner_name,
        months.is_partial,
        {%- for name, measure in [['deals_won', 'deals_won_mtd'], ['bookings', 'revenue_closed_mtd']] %}
        case when sources.{{ source_end('raw.gtm_opportunities') }} >= months.month then totals.{{ measure }} end as {{ name }},
        {%- endfor %}
        {{ to_money(
            'attainment.quota_to_date'
            ~ ' - case when attainment_before.period_start = attainment.period_start'
            ~ ' then coalesce(attainment_before.quota_to_date, 0) else 0 end'
        ) }} as month_quota,
        attainment.period_start,
        attainment.revenue_in_quota_period as period_bookings,
        attainment.quota_amount as period_quota,
        100 * {{ to_float('attainment.revenue_in_quota_period') }}
            / nullif({{ to_float('attainment.quota_amount') }}, 0) as period_attainment_pct
    from months
    cross join bounds
    inner join sources on months.last_day = sources.metric_date
    inner join members on coalesce(members.known_from, months.last_day) <= months.last_day
    inner join totals on members.owner_id = totals.owner_id and months.last_day = totals.metric_date
    left join attainment on members.owner_id = attainment.owner_id and months.last_day = attainment.metric_date
    left join attainment as attainment_before
        on members.owner_id = attainment_before.owner_id
        and {{ add_days('months.month', -1) }} = attainment_before.metric_date
    where months.month > bounds.first_day
)

select * from final
