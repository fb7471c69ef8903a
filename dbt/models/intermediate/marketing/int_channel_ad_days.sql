{{ config(materialized='table') }}

-- A conversion belongs to the channel of its campaign, once; one that no campaign is credited with is 'unattributed'.
-- Credit is another thing: it is handed out along the touchpoints, under the model the variable names.
with campaigns_daily as (
    select * from {{ ref('stg_campaigns_daily') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

campaign_channels as (
    select * from {{ ref('int_campaign_channels') }}
),

conversion_touchpoints as (
    select * from {{ ref('int_conversion_touchpoints') }}
),

attribution_credits as (
    select * from {{ ref('int_attribution_credits') }}
),

paths as (
    select conversion_id, count(touchpoint_id) as touchpoints
    from conversion_touchpoints
    group by conversion_id
),

purchases as (
    select
        conversions.conversion_id,
        {{ utc_date('conversions.timestamp') }} as date,
        coalesce(campaign_channels.channel, 'unattributed') as channel,
        conversions.conversion_value,
        coalesce(paths.touchpoints, 0) as touchpoints
    from conversions
    left join campaign_channels
        on conversions.attributed_campaign_id = campaign_channels.campaign_id
        and {{ utc_date('conversions.timestamp') }} >= campaign_channels.valid_from
        and {{ utc_date('conversions.timestamp') }} < campaign_channels.valid_to
    left join paths on conversions.conversion_id = paths.conversion_id
),

-- One row per thing that happened, with a 1 or an amount in its own column.
happenings as (
    select
        channel,
        date,
        1 as campaign_reports,
        coalesce(spend, 0) as spend,
        coalesce(impressions, 0) as impressions,
        coalesce(clicks, 0) as clicks,
        0 as conversions,
        0 as attributed_revenue,
        0 as traced_conversions,
        0 as conversion_touchpoints,
        0 as credited_revenue
    from campaigns_daily
    union all
    select
        channel,
        date,
        0,
        0,
        0,
        0,
        1,
        case when channel = 'unattributed' then 0 else conversion_value end,
        case when touchpoints > 0 then 1 else 0 end,
        touchpoints,
        0
    from purchases
    union all
    select credits.channel, purchases.date, 0, 0, 0, 0, 0, 0, 0, 0, credits.credited_revenue
    from attribution_credits as credits
    inner join purchases on credits.conversion_id = purchases.conversion_id
    where credits.attribution_model = '{{ var("attribution_model") }}'
),

final as (
    select
        channel,
        date as metric_date,
        cast(sum(campaign_reports) as bigint) as campaign_reports,
        {{ to_money('sum(spend)') }} as spend,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(conversions) as bigint) as conversions,
        {{ to_money('sum(attributed_revenue)') }} as attributed_revenue,
        cast(sum(traced_conversions) as bigint) as traced_conversions,
        cast(sum(conversion_touchpoints) as bigint) as conversion_touchpoints,
        {{ to_money('sum(credited_revenue)') }} as credited_revenue
    from happenings
    group by channel, date
)

select * from final
