with risk_signals as (
    select * from {{ source('raw', 'risk_signals') }}
),

final as (
    select
        customer_id,
        as_of_date,
        compliance_gap_score,
        vendor_risk_flags
    from risk_signals
    where as_of_date <= {{ as_of() }}
)

select * from final
