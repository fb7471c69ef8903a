{{ config(materialized='table') }}

-- A ticket counts on the day it was opened, when its week to be resolved in was over, when it was resolved, and when
-- the hours that took were known. So no day's row holds anything that came later.
with support_tickets as (
    select * from {{ ref('stg_support_tickets') }}
),

dated as (
    select
        customer_id,
        created_date as metric_date,
        1 as opened,
        case when priority in ('high', 'critical') then 1 else 0 end as high_priority,
        case when topic = 'feature_request' then 1 else 0 end as feature_request,
        0 as due,
        0 as in_time,
        0 as resolved,
        0 as timed,
        0 as hours
    from support_tickets
    union all
    select
        customer_id,
        {{ add_days('created_date', 7) }} as metric_date,
        0 as opened,
        0 as high_priority,
        0 as feature_request,
        1 as due,
        case when {{ utc_date('closed_at') }} <= {{ add_days('created_date', 7) }} then 1 else 0 end as in_time,
        0 as resolved,
        0 as timed,
        0 as hours
    from support_tickets
    where {{ add_days('created_date', 7) }} <= {{ as_of() }}
    union all
    select
        customer_id,
        {{ utc_date('closed_at') }} as metric_date,
        0 as opened,
        0 as high_priority,
        0 as feature_request,
        0 as due,
        0 as in_time,
        1 as resolved,
        0 as timed,
        0 as hours
    from support_tickets
    where closed_at is not null
    union all
    select
        customer_id,
        {{ utc_date('resolution_time_known_at') }} as metric_date,
        0 as opened,
        0 as high_priority,
        0 as feature_request,
        0 as due,
        0 as in_time,
        0 as resolved,
        1 as timed,
        resolution_time as hours
    from support_tickets
    where resolution_time_known_at is not null
),

final as (
    select
        customer_id,
        metric_date,
        cast(sum(opened) as bigint) as tickets,
        cast(sum(high_priority) as bigint) as high_priority_tickets,
        cast(sum(feature_request) as bigint) as feature_request_tickets,
        cast(sum(due) as bigint) as tickets_due,
        cast(sum(in_time) as bigint) as tickets_resolved_in_time,
        cast(sum(resolved) as bigint) as tickets_resolved,
        cast(sum(timed) as bigint) as timed_resolutions,
        cast(sum(hours) as bigint) as resolution_hours
    from dated
    group by customer_id, metric_date
)

select * from final
