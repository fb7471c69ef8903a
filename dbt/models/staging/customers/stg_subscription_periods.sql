-- A period is in force from valid_from up to, but not including, valid_to; its end is known from that day on.
with subscription_periods as (
    select * from {{ source('raw', 'subscription_periods') }}
),

final as (
    select
        subscription_id,
        customer_id,
        valid_from,
        {{ known_date('valid_to') }} as valid_to,
        plan_tier,
        billing_interval,
        seats,
        mrr,
        term_start,
        term_end,
        change_type,
        renewed_from
    from subscription_periods
    where valid_from <= {{ as_of() }}
)

select * from final
