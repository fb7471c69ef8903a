{{ config(materialized='table') }}

with sessions as (
    select * from {{ ref('stg_sessions') }}
),

ranked_sessions as (
    select
        user_id,
        channel,
        session_start,
        row_number() over (partition by user_id order by session_start, session_id) as session_order,
        row_number() over (partition by user_id order by session_start desc, session_id desc) as reverse_order
    from sessions
),

final as (
    select
        user_id,
        min(session_start) as first_session_at,
        max(session_start) as last_session_at,
        max(case when session_order = 1 then channel end) as first_channel,
        max(case when reverse_order = 1 then channel end) as last_channel,
        count(*) as total_sessions
    from ranked_sessions
    group by user_id
)

select * from final
