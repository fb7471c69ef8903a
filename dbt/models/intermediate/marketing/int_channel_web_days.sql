{{ config(materialized='table') }}

-- A session counts as converted from the day of its first purchase on, as long as the session itself is one of the
-- last 30 days: up on the one day, down on the other. So no day says what only a later one knew.
with sessions as (
    select * from {{ ref('stg_sessions') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

touchpoints as (
    select * from {{ ref('stg_attribution_touchpoints') }}
),

-- A refund is no purchase.
purchases as (
    select session_id, min({{ utc_date('timestamp') }}) as date
    from conversions
    where conversion_value >= 0
    group by session_id
),

converted as (
    select
        sessions.channel,
        greatest({{ utc_date('sessions.session_start') }}, purchases.date) as counts_from,
        {{ add_days(utc_date('sessions.session_start'), 30) }} as counts_to
    from sessions
    inner join purchases on sessions.session_id = purchases.session_id
),

happenings as (
    select
        channel,
        {{ utc_date('session_start') }} as date,
        1 as sessions,
        case when pages_viewed is not null then 1 else 0 end as measured_sessions,
        case when pages_viewed = 1 then 1 else 0 end as bounced_sessions,
        0 as converted_sessions_change,
        0 as touchpoints
    from sessions
    union all
    select channel, counts_from, 0, 0, 0, 1, 0
    from converted
    where counts_from < counts_to
    union all
    select channel, counts_to, 0, 0, 0, -1, 0
    from converted
    where counts_from < counts_to and counts_to <= {{ as_of() }}
    union all
    select channel, {{ utc_date('timestamp') }}, 0, 0, 0, 0, 1
    from touchpoints
),

final as (
    select
        channel,
        date as metric_date,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(measured_sessions) as bigint) as measured_sessions,
        cast(sum(bounced_sessions) as bigint) as bounced_sessions,
        cast(sum(converted_sessions_change) as bigint) as converted_sessions_change,
        cast(sum(touchpoints) as bigint) as touchpoints
    from happenings
    group by channel, date
)

select * from final
