-- A campaign may change its channel. What happens on a day belongs to the channel the campaign had by then, so that a
-- later change leaves the past as it was.
with campaigns_daily as (
    select * from {{ ref('stg_campaigns_daily') }}
),

compared as (
    select
        campaign_id,
        date,
        channel,
        lag(channel) over (partition by campaign_id order by date) as channel_before
    from campaigns_daily
),

final as (
    select
        campaign_id,
        channel,
        date as valid_from,
        coalesce(lead(date) over (partition by campaign_id order by date), {{ no_end() }}) as valid_to
    from compared
    where channel_before is null or channel <> channel_before
)

select * from final
