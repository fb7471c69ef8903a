{{ config(materialized=var('marketing_materialized')) }}

-- Undated: a creative's counters are its totals as delivered.
with ad_creatives as (
    select * from {{ source('marketing_raw', 'ad_creatives') }}
),

final as (
    select
        creative_id,
        campaign_id,
        creative_type,
        creative_name,
        impressions,
        clicks,
        ctr,
        spend,
        {{ safe_divide_or_zero('clicks', 'impressions') }} as calculated_ctr
    from ad_creatives
)

select * from final
