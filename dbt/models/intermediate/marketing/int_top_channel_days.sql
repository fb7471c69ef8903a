-- The channel with the most credited revenue of the last 30 days; ties go to the first by name. Conversions without a
-- touchpoint have no channel to be the top, but their revenue is part of what there was to credit.
with channel_windows as (
    select * from {{ ref('int_channel_windows') }}
),

ranked as (
    select
        metric_date,
        channel,
        credited_revenue_30d,
        row_number() over (partition by metric_date order by credited_revenue_30d desc, channel) as place
    from channel_windows
    where channel not in ('all', 'unattributed') and credited_revenue_30d > 0
),

final as (
    select metric_date, channel as top_attribution_channel, credited_revenue_30d as top_credited_revenue_30d
    from ranked
    where place = 1
)

select * from final
