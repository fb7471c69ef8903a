{{ config(materialized='table') }}

-- Won so far, what open deals are worth by their chances, and what deals nobody knows yet will bring. The latter is the
-- company's and falls to owners by the deals of theirs that became known in the last 90 days. 'all' is the company.
with periods as (
    select * from {{ ref('int_forecast_periods') }}
),

opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

totals as (
    select * from {{ ref('int_sales_totals') }}
),

stage_days as (
    select * from {{ ref('int_forecast_stage_days') }}
),

rates as (
    select * from {{ ref('int_new_deal_rates') }}
),

spans as (
    select
        coalesce(owner_id, '') as owner_id,
        cast(known_from as timestamp) as first_day,
        cast(least({{ add_days('known_from', 89) }}, {{ as_of() }}) as timestamp) as last_day
    from opportunities
    where first_entered_on is not null
),

recent as (
    select owner_id, day as metric_date, count(*) as deals, sum(count(*)) over (partition by day) as company_deals
    from (
        {{ generate_days('spans', 'first_day', 'last_day', 'owner_id,') }}
    ) as deal_days
    group by owner_id, day
),

open_deals as (
    select
        metric_date,
        owner_id,
        {{ sum_exact('expected_amount') }} as expected_amount,
        {{ sum_exact('variance', scale=4, precision=38) }} as variance
    from stage_days
    group by metric_date, owner_id
),

owner_days as (
    select
        periods.metric_date,
        periods.owner_id,
        periods.period_start,
        periods.period_end,
        periods.is_look,
        periods.quota_amount,
        rates.closed_deals,
        totals.revenue_total - coalesce(totals_before.revenue_total, 0) as won_amount,
        coalesce(open_deals.expected_amount, 0) as open_amount,
        coalesce(recent.deals * 1.0 / recent.company_deals, 0) * (
            rates.new_amount + (rates_later.new_amount - rates.new_amount) * (periods.days_left % 7) / 7.0
        ) as new_amount,
        coalesce(open_deals.variance, 0) + coalesce(recent.deals * 1.0 / recent.company_deals, 0) * (
            rates.new_variance + (rates_later.new_variance - rates.new_variance) * (periods.days_left % 7) / 7.0
        ) as variance
    from periods
    inner join totals on periods.owner_id = totals.owner_id and periods.metric_date = totals.metric_date
    left join totals as totals_before
        on periods.owner_id = totals_before.owner_id
        and {{ add_days('periods.period_start', -1) }} = totals_before.metric_date
    left join open_deals
        on periods.owner_id = open_deals.owner_id and periods.metric_date = open_deals.metric_date
    left join recent on periods.owner_id = recent.owner_id and periods.metric_date = recent.metric_date
    inner join rates
        on cast({{ dbt.date_trunc('month', 'periods.metric_date') }} as date) = rates.month
        and {{ integer_divide('periods.days_left', 7) }} = rates.weeks
    inner join rates as rates_later on rates.month = rates_later.month and rates.weeks + 1 = rates_later.weeks
),

copied as (
    select * from owner_days
    union all
    select
        metric_date,
        'all' as owner_id,
        min(period_start) as period_start,
        max(period_end) as period_end,
        is_look,
        sum(quota_amount) as quota_amount,
        closed_deals,
        sum(won_amount) as won_amount,
        {{ sum_exact('open_amount') }} as open_amount,
        {{ sum_exact('new_amount') }} as new_amount,
        {{ sum_exact('variance', scale=4, precision=38) }} as variance
    from owner_days
    group by metric_date, is_look, closed_deals
),

final as (
    select
        metric_date,
        owner_id,
        period_start,
        period_end,
        is_look,
        {{ to_money('quota_amount') }} as quota_amount,
        closed_deals,
        {{ to_money('won_amount') }} as won_amount,
        {{ to_money('open_amount') }} as open_amount,
        {{ to_money('new_amount') }} as new_amount,
        case when closed_deals >= 30 then {{ to_money('won_amount + open_amount + new_amount') }} end
            as forecast_amount,
        case when closed_deals >= 30 then sqrt({{ to_float('variance') }}) end as spread
    from copied
)

select * from final
