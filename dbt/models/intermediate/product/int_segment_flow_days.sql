{{ config(materialized='table') }}

{%- set counts = [
    'sessions', 'desktop_sessions', 'mobile_sessions', 'timed_sessions', 'session_seconds', 'finished_sessions',
    'crashed_sessions', 'requests', 'errors', 'cohort_users', 'retained_users', 'entitled_users', 'adopting_users'
] %}

-- As far back as the history of the company reaches, like int_product_flows.
with flows as (
    select * from {{ ref('int_product_flows') }}
),

segments as (
    select * from {{ ref('int_product_segments') }}
),

days as (
    select * from {{ ref('int_days') }}
),

deltas as (
    select segment_type, segment, metric_date, {{ counts | join(', ') }}
    from flows
    union all
    select segment_type, segment, until_date, -{{ counts | join(', -') }}
    from flows
),

changes as (
    select
        segment_type,
        segment,
        metric_date
        {%- for name in counts %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from deltas
    where metric_date <= {{ as_of() }}
    group by segment_type, segment, metric_date
),

spine as (
    select segments.segment_type, segments.segment, days.metric_date
    from segments
    inner join days on segments.first_date <= days.metric_date
    where days.days_ago < {{ var('company_history_days') }}
),

final as (
    select
        spine.segment_type,
        spine.segment,
        spine.metric_date
        {%- for name in counts %},
        cast(
            coalesce(
                sum(changes.{{ name }}) over (
                    partition by spine.segment_type, spine.segment
                    order by spine.metric_date rows unbounded preceding
                ),
                0
            ) as bigint
        ) as {{ name }}
        {%- endfor %}
    from spine
    left join changes
        on spine.segment_type = changes.segment_type
        and spine.segment = changes.segment
        and spine.metric_date = changes.metric_date
)

select * from final
