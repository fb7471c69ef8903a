{{ config(materialized='table') }}

-- The parts of the metrics. What is not known is empty, not 0: before the first opportunity, activity or lead, and when
-- their source holds nothing in a whole window.
with days as (
    select * from {{ ref('int_days') }}
),

owners as (
    select * from {{ ref('int_sales_owners') }}
),

totals as (
    select * from {{ ref('int_sales_totals') }}
),

pipeline as (
    select * from {{ ref('int_pipeline_days') }}
),

attainment as (
    select * from {{ ref('int_quota_attainment_days') }}
),

forecasts as (
    select * from {{ ref('int_forecast_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days([
        'raw.gtm_opportunities', 'raw.opportunity_stage_history', 'raw.sales_activities', 'raw.leads',
        'raw.subscription_periods'
    ]) }}
),

spine as (
    select
        days.*,
        'all' as owner_id,
        'All' as owner_name,
        cast(null as date) as active_to
    from days
    where days.days_ago < {{ var('company_history_days') }}
    union all
    select
        days.*,
        owners.owner_id,
        coalesce(
            case when coalesce(owners.active_from, days.metric_date) <= days.metric_date then owners.member_name end,
            owners.other_name
        ) as owner_name,
        case when owners.active_to <= days.metric_date then owners.active_to end as active_to
    from days
    inner join owners on owners.known_from <= days.metric_date
    where days.days_ago < {{ var('entity_history_days') }}
),

final as (
    select
        spine.metric_date,
        spine.owner_id,
        spine.owner_name,
        spine.is_partial,
        spine.is_latest,
        spine.is_week_end,
        spine.is_month_end,
        spine.active_to,
        {{ when_available('raw.gtm_opportunities', 'coalesce(pipeline.open_opportunities, 0)') }} as open_opportunities,
        {{ when_available(
            'raw.gtm_opportunities',
            'case when pipeline.owner_id is null then ' ~ to_money(0) ~ ' else pipeline.pipeline_value end'
        ) }} as pipeline_value,
        {{ when_available('raw.opportunity_stage_history', 'coalesce(pipeline.stalled_deals, 0)') }} as stalled_deals,
        case
            when attainment.owner_id is not null and pipeline.owner_id is null then {{ to_money(0) }}
            else pipeline.pipeline_in_quota_period
        end as pipeline_in_quota_period,
        attainment.quota_amount,
        attainment.quota_to_date,
        case
            when sources.{{ source_end('raw.gtm_opportunities') }}
                >= least(attainment.period_start, {{ window_start_date(30, 'spine.metric_date') }})
                then attainment.revenue_in_quota_period
        end as revenue_in_quota_period,
        {%- for measure in ['forecast_amount', 'forecast_low', 'forecast_high'] %}
        {{ when_covered('raw.opportunity_stage_history', 30, 'forecasts.' ~ measure, 'spine.metric_date') }}
            as {{ measure }},
        {%- endfor %}
        case
            when sources.{{ source_end('raw.opportunity_stage_history') }}
                >= {{ window_start_date(30, 'spine.metric_date') }}
                then forecasts.forecast_gap
            else 'no deal entered a stage in the last 30 days, so far as the stage history says'
        end as forecast_gap,
        -- The month and the quota period to date are asked of a source that has been heard of within 30 days, or the
        -- first of a month that is a Sunday would be unknown.
        {%- for measure in ['deals_won_mtd', 'revenue_closed_mtd'] %}
        {{ when_covered('raw.gtm_opportunities', 30, 'totals.' ~ measure, 'spine.metric_date') }} as {{ measure }},
        {%- endfor %}
        {%- for measure in ['deals_won_90d', 'deals_closed_90d', 'revenue_won_90d', 'deals_valued_90d',
            'cycle_days_90d', 'deals_timed_90d'] %}
        {{ when_covered('raw.gtm_opportunities', 90, 'totals.' ~ measure, 'spine.metric_date') }} as {{ measure }},
        {%- endfor %}
        {%- for measure in ['calls_made_30d', 'emails_sent_30d', 'meetings_held_30d'] %}
        {{ when_covered('raw.sales_activities', 30, 'totals.' ~ measure, 'spine.metric_date') }} as {{ measure }},
        {%- endfor %}
        {%- for measure, window in [['total_mqls', 30], ['mqls_30_to_120d', 121], ['mqls_to_sql_in_30d', 121],
            ['mqls_90_to_180d', 181], ['mqls_to_customer_in_90d', 181]] %}
        {{ when_covered('raw.leads', window, 'totals.' ~ measure, 'spine.metric_date') }} as {{ measure }},
        {%- endfor %}
        {%- for measure, window in [['terms_due_90d', 90], ['terms_renewed_90d', 90], ['mrr_year_ago', 365],
            ['mrr_kept', 365], ['mrr_of_same_customers', 365]] %}
        {{ when_covered('raw.subscription_periods', window, 'totals.' ~ measure, 'spine.metric_date') }}
            as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from spine
    left join totals on spine.owner_id = totals.owner_id and spine.metric_date = totals.metric_date
    left join pipeline on spine.owner_id = pipeline.owner_id and spine.metric_date = pipeline.metric_date
    left join attainment on spine.owner_id = attainment.owner_id and spine.metric_date = attainment.metric_date
    left join forecasts on spine.owner_id = forecasts.owner_id and spine.metric_date = forecasts.metric_date
    inner join sources on spine.metric_date = sources.metric_date
)

select * from final
