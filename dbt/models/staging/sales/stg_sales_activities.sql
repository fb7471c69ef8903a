with sales_activities as (
    select * from {{ source('raw', 'sales_activities') }}
),

final as (
    select
        activity_id,
        member_id,
        customer_id,
        opp_id,
        activity_type,
        purpose,
        occurred_at,
        duration_sec,
        outcome
    from sales_activities
    where occurred_at < {{ as_of_end() }}
)

select * from final
