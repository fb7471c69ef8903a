{{ config(materialized=var('marketing_materialized')) }}

with campaigns_daily as (
    select * from {{ source('marketing_raw', 'campaigns_daily') }}
),

final as (
    select
        campaign_id,
        date,
        campaign_name,
        channel,
        status,
        daily_budget,
        spend,
        impressions,
        clicks,
        ctr,
        cpc,
        year,
        month,
        day
    from campaigns_daily
    where date <= {{ as_of() }}
)

select * from final
