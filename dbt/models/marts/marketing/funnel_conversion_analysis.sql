{{ config(materialized=var('marketing_materialized')) }}

-- The counts of a source that was never loaded are unknown here, not zero, and so is every rate made from them.
with funnel_stages as (
    select * from {{ ref('int_funnel_stages_by_campaign') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['marketing.sessions', 'marketing.conversions']) }}
),

rated as (
    select
        *,
        {{ safe_divide_or_zero('total_conversions', 'total_impressions') }} as overall_funnel_efficiency
    from funnel_stages
),

ranked as (
    select
        *,
        percent_rank() over (order by overall_funnel_efficiency) as funnel_efficiency_score
    from rated
),

final as (
    select
        campaign_id,
        campaign_name,
        channel,
        total_impressions,
        total_clicks,
        {{ when_available('marketing.sessions', 'total_sessions') }} as total_sessions,
        {{ when_available('marketing.conversions', 'total_conversions') }} as total_conversions,
        click_through_rate,
        {{ when_available('marketing.sessions', 'click_to_session_rate') }} as click_to_session_rate,
        {{ when_available(
            'marketing.sessions', when_available('marketing.conversions', 'session_to_conversion_rate')
        ) }} as session_to_conversion_rate,
        {{ when_available('marketing.conversions', 'overall_funnel_efficiency') }} as overall_funnel_efficiency,
        {{ when_available('marketing.conversions', 'funnel_efficiency_score') }} as funnel_efficiency_score
    from ranked
    cross join sources
)

select * from final
