{{ config(materialized='table', indexes=[{'columns': ['channel', 'metric_date'], 'unique': true}]) }}

-- The money that won today's customers was spent a sales cycle ago: costs are those of the 90 days that end a median
-- sales cycle before the day, customers those of the last 90 days. Costs are known when ads were reported before the
-- window begins and again within it, and every one of its days lies in a month with go-to-market costs.
with windows as (
    select * from {{ ref('int_channel_windows') }}
),

cycles as (
    select * from {{ ref('int_sales_cycle_days') }}
),

cost_days as (
    select * from {{ ref('int_acquisition_cost_days') }}
),

channel_days as (
    select * from {{ ref('int_channel_days') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

lifetime_values as (
    select * from {{ ref('int_lifetime_value_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['marketing.campaigns_daily']) }}
),

new_customers as (
    select channel, metric_date as date, customers_won as customers
    from channel_days
    where customers_won > 0
    union all
    select 'all' as channel, signup_date as date, cast(count(*) as bigint) as customers
    from customers
    group by signup_date
),

won as (
    select
        windows.channel,
        windows.metric_date,
        cast(
            coalesce(
                sum(
                    case
                        when new_customers.date >= {{ window_start_date(90, 'windows.metric_date') }}
                            then new_customers.customers
                    end
                ),
                0
            ) as bigint
        ) as new_customers_90d,
        cast(count(new_customers.date) > 0 as boolean) as has_customers
    from windows
    left join new_customers
        on windows.channel = new_customers.channel and windows.metric_date >= new_customers.date
    group by windows.channel, windows.metric_date
),

spans as (
    select
        won.channel, won.metric_date, won.new_customers_90d, won.has_customers,
        cycles.median_sales_cycle_days,
        lifetime_values.lifetime_value,
        {{ add_days('won.metric_date', '-cycles.median_sales_cycle_days') }} as last_cost_date,
        {{ add_days('won.metric_date', '-cycles.median_sales_cycle_days - 90') }} as date_before_costs
    from won
    left join cycles on won.metric_date = cycles.metric_date
    left join lifetime_values on won.metric_date = lifetime_values.metric_date
),

measured as (
    select
        spans.channel, spans.metric_date, spans.new_customers_90d, spans.has_customers,
        spans.median_sales_cycle_days, spans.lifetime_value,
        own_end.channel is not null as has_costs,
        coalesce(own_end.cost_to_date, 0) - coalesce(own_start.cost_to_date, 0) as own_costs,
        coalesce(shared_end.cost_to_date, 0) - coalesce(shared_start.cost_to_date, 0) as shared_costs,
        company_end.days_with_costs_to_date - coalesce(company_start.days_with_costs_to_date, 0) = 90
            and company_end.campaign_reports_to_date > coalesce(company_start.campaign_reports_to_date, 0)
            and sources.{{ source_start('marketing.campaigns_daily') }} <= {{ add_days('spans.date_before_costs', 1) }}
            as are_costs_known
    from spans
    inner join sources on spans.metric_date = sources.metric_date
    left join cost_days as own_end
        on spans.channel = own_end.channel and spans.last_cost_date = own_end.metric_date
    left join cost_days as own_start
        on spans.channel = own_start.channel and spans.date_before_costs = own_start.metric_date
    left join cost_days as shared_end
        on shared_end.channel = 'shared' and spans.last_cost_date = shared_end.metric_date
    left join cost_days as shared_start
        on shared_start.channel = 'shared' and spans.date_before_costs = shared_start.metric_date
    left join cost_days as company_end
        on company_end.channel = 'all' and spans.last_cost_date = company_end.metric_date
    left join cost_days as company_start
        on company_start.channel = 'all' and spans.date_before_costs = company_start.metric_date
),

final as (
    select
        channel,
        metric_date,
        median_sales_cycle_days,
        new_customers_90d,
        has_customers,
        lifetime_value,
        cast(coalesce(are_costs_known, false) as boolean) as are_costs_known,
        {{ to_money('case when are_costs_known and has_costs then own_costs end') }} as own_costs,
        {{ to_money('case when are_costs_known then shared_costs end') }} as shared_costs
    from measured
)

select * from final
