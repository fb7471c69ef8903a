-- The ad platforms side by side.
with channel_windows as (
    select * from {{ ref('int_channel_windows') }}
),

final as (
    select
        metric_date
        {%- for platform in ad_platforms().split(' ') %},
        {{ to_money("coalesce(sum(case when channel = '" ~ platform ~ "' then spend_30d end), 0)") }}
            as {{ platform }}_spend,
        {{ to_money("coalesce(sum(case when channel = '" ~ platform ~ "' then attributed_revenue_30d end), 0)") }}
            as {{ platform }}_revenue
        {%- endfor %}
    from channel_windows
    where channel <> 'all'
    group by metric_date
)

select * from final
