-- The channels of a day add up to the company, and its platforms, with what is none, to its ad spend.
with metrics as (
    select * from {{ ref('metrics_marketing') }}
),

channels as (
    select
        metric_date,
        sum(total_ad_spend_active) as spend,
        sum(attributed_revenue_30d) as revenue,
        sum(credited_revenue_30d) as credited,
        sum(total_mqls) as mqls,
        sum(website_sessions) as sessions
    from metrics
    where channel <> 'all'
    group by metric_date
),

final as (
    select metrics.metric_date
    from metrics
    inner join channels on metrics.metric_date = channels.metric_date
    where metrics.channel = 'all'
        and (
            metrics.total_ad_spend_active <> channels.spend
            or metrics.attributed_revenue_30d <> channels.revenue
            or metrics.credited_revenue_30d <> channels.credited
            or metrics.company_credited_revenue_30d <> channels.credited
            or metrics.total_mqls <> channels.mqls
            or metrics.website_sessions <> channels.sessions
            or metrics.total_ad_spend_active <> metrics.other_spend
            {%- for platform in ad_platforms().split(' ') %} + metrics.{{ platform }}_spend{% endfor %}
        )
)

select * from final
