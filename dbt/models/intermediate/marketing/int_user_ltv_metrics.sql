{{ config(materialized=var('marketing_materialized')) }}

with conversions as (
    select * from {{ ref('stg_conversions') }}
),

sessions as (
    select * from {{ ref('stg_sessions') }}
),

purchases as (
    select
        user_id,
        min({{ utc_date('timestamp') }}) as first_purchase_date,
        max({{ utc_date('timestamp') }}) as last_purchase_date,
        count(*) as total_conversions,
        {{ to_money('coalesce(sum(conversion_value), 0)') }} as total_revenue
    from conversions
    group by user_id
),

ranked_sessions as (
    select
        user_id,
        channel,
        row_number() over (partition by user_id order by session_start, session_id) as session_order
    from sessions
),

final as (
    select
        purchases.user_id,
        coalesce(ranked_sessions.channel, 'unknown') as acquisition_channel,
        purchases.first_purchase_date,
        purchases.last_purchase_date,
        purchases.total_conversions,
        purchases.total_revenue,
        {{ safe_divide_or_zero('purchases.total_revenue', 'purchases.total_conversions') }} as avg_order_value,
        {{ days_between('purchases.first_purchase_date', 'purchases.last_purchase_date') }}
            as days_since_first_purchase
    from purchases
    left join ranked_sessions
        on purchases.user_id = ranked_sessions.user_id
        and ranked_sessions.session_order = 1
)

select * from final
