with buyers as (
    select * from {{ ref('raw_buyers') }}
),

final as (
    select
        id as buyer_id,
        name,
        since as buyer_since
    from buyers
)

select * from final
