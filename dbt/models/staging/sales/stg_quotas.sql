with quotas as (
    select * from {{ source('raw', 'quotas') }}
),

final as (
    select
        member_id,
        period_start,
        period_end,
        quota_amount
    from quotas
    where period_start <= {{ as_of() }}
)

select * from final
