-- A member who left is kept for 90 days and for as long as deals of theirs are open or were closed in the last 90 days.
-- A lead reaches an owner by becoming an opportunity, so an owner has no share of leads that do; and nobody's share of
-- a customer's revenue a year ago is on record.
with sales_days as (
    select * from {{ ref('int_sales_days') }}
),

parts as (
    select
        *,
        owner_id = 'all' as is_company,
        {{ to_float('cycle_days_90d') }} / nullif(deals_timed_90d, 0) as avg_cycle_days,
        {{ to_float('revenue_won_90d') }} / nullif(deals_valued_90d, 0) as avg_won_amount,
        {{ to_float('deals_won_90d') }} / nullif(deals_closed_90d, 0) as won_share,
        nullif(greatest(quota_amount - revenue_in_quota_period, 0), 0) as quota_remaining
    from sales_days
    where owner_id = 'all'
        or active_to is null
        or active_to >= {{ add_days('metric_date', -90) }}
        or open_opportunities > 0
        or deals_closed_90d > 0
),

final as (
    select
        metric_date,
        owner_id,
        owner_name,
        is_partial,
        is_latest,
        is_week_end,
        is_month_end,
        pipeline_value as total_pipeline_value,
        open_opportunities,
        {{ to_float('pipeline_in_quota_period') }} / {{ to_float('quota_remaining') }} as pipeline_coverage_ratio,
        deals_won_mtd,
        revenue_closed_mtd,
        won_share as win_rate,
        avg_won_amount as avg_deal_size,
        avg_cycle_days as avg_sales_cycle_days,
        calls_made_30d,
        emails_sent_30d,
        meetings_held_30d,
        total_mqls,
        case when is_company then {{ to_float('mqls_to_sql_in_30d') }} / nullif(mqls_30_to_120d, 0) end
            as mql_conversion_rate,
        100 * {{ to_float('revenue_in_quota_period') }} / nullif({{ to_float('quota_amount') }}, 0)
            as quota_attainment_pct,
        forecast_amount,
        stalled_deals as stalled_deal_count,
        {{ to_float('terms_renewed_90d') }} / nullif(terms_due_90d, 0) as renewal_rate,
        pipeline_value,
        {{ to_float('mqls_to_customer_in_90d') }} / nullif(mqls_90_to_180d, 0) as mql_to_customer_rate,
        {{ to_float('pipeline_value') }} / nullif(avg_cycle_days, 0) as pipeline_velocity,
        open_opportunities * won_share * avg_won_amount / nullif(avg_cycle_days, 0) as sales_velocity,
        100 * {{ to_float('revenue_in_quota_period') }} / nullif({{ to_float('quota_to_date') }}, 0)
            as quota_attainment_prorated_pct,
        case when is_company then {{ to_float('mrr_kept') }} / nullif({{ to_float('mrr_year_ago') }}, 0) end
            as gross_revenue_retention,
        case when is_company then {{ to_float('mrr_of_same_customers') }} / nullif({{ to_float('mrr_year_ago') }}, 0) end
            as net_revenue_retention,
        forecast_low,
        forecast_high,
        forecast_gap,
        pipeline_in_quota_period,
        quota_amount,
        quota_to_date,
        revenue_in_quota_period,
        deals_won_90d,
        deals_closed_90d,
        revenue_won_90d,
        deals_valued_90d,
        cycle_days_90d,
        deals_timed_90d,
        case when is_company then mqls_30_to_120d end as mqls_30_to_120d,
        case when is_company then mqls_to_sql_in_30d end as mqls_to_sql_in_30d,
        mqls_90_to_180d,
        mqls_to_customer_in_90d,
        terms_due_90d,
        terms_renewed_90d,
        case when is_company then mrr_year_ago end as mrr_year_ago,
        case when is_company then mrr_kept end as mrr_kept,
        case when is_company then mrr_of_same_customers end as mrr_of_same_customers
    from parts
)

select * from final
