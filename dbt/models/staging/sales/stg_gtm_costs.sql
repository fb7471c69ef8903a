with gtm_costs as (
    select * from {{ source('raw', 'gtm_costs') }}
),

final as (
    select
        month,
        category,
        channel,
        amount
    from gtm_costs
    where month <= {{ as_of() }}
)

select * from final
