{{ config(materialized='view', indexes=[{'columns': ['metric_name', 'entity_id', 'metric_date']}]) }}

-- The same comparisons for every customer, owner and channel: read when asked for, as there are many. The index is for where it is
-- published as a table.
with unified as (
    select * from {{ ref('metrics_unified_domains') }}
),

compared as (
    select
        unified.metric_date, unified.domain, unified.entity_type, unified.entity_id, unified.entity_name,
        unified.metric_name, unified.metric_value, unified.unit, unified.importance_tier, unified.is_partial,
        day_before.metric_value as previous_day,
        week_before.metric_value as previous_week,
        month_before.metric_value as previous_month,
        case when unified.unit = 'ratio' then 100 else 1 end as points
    from unified
    left join unified as day_before
        on unified.domain = day_before.domain
        and unified.metric_name = day_before.metric_name
        and unified.entity_id = day_before.entity_id
        and day_before.metric_date = {{ add_days('unified.metric_date', -1) }}
    left join unified as week_before
        on unified.domain = week_before.domain
        and unified.metric_name = week_before.metric_name
        and unified.entity_id = week_before.entity_id
        and week_before.metric_date = {{ add_days('unified.metric_date', -7) }}
    left join unified as month_before
        on unified.domain = month_before.domain
        and unified.metric_name = month_before.metric_name
        and unified.entity_id = month_before.entity_id
        and month_before.metric_date = cast({{ dbt.dateadd('month', -1, 'unified.metric_date') }} as date)
),

final as (
    select
        metric_date,
        domain,
        entity_type,
        entity_id,
        entity_name,
        metric_name,
        metric_value,
        unit,
        importance_tier,
        is_partial,
        previous_day,
        points * (metric_value - previous_day) as change_day,
        previous_week,
        points * (metric_value - previous_week) as change_week,
        previous_month,
        points * (metric_value - previous_month) as change_month
    from compared
)

select * from final
