{{ config(materialized='table') }}

-- A rule of thumb beside the model: half usage decay, a third compliance gap, the rest vendor flags, five of which are the
-- most. A part that is not known is not taken for none: the whole is unknown then, and says which part is missing.
with usage_decay as (
    select * from {{ ref('customer_usage_decay') }}
),

risk_signals as (
    select * from {{ ref('stg_risk_signals') }}
),

latest_signals as (
    select
        customer_id,
        as_of_date,
        compliance_gap_score,
        vendor_risk_flags,
        row_number() over (partition by customer_id order by as_of_date desc) as place
    from risk_signals
),

final as (
    select
        usage_decay.customer_id,
        usage_decay.usage_decay_score,
        signals.compliance_gap_score,
        signals.vendor_risk_flags,
        signals.as_of_date as signals_of,
        0.5 * usage_decay.usage_decay_score
            + 0.35 * signals.compliance_gap_score
            + 0.15 * least({{ to_float('signals.vendor_risk_flags') }} / 5, 1) as composite_risk,
        nullif(trim(
            concat(
                case when usage_decay.usage_decay_score is null then 'No usage to compare with in the 30 days before. ' else '' end,
                case when signals.compliance_gap_score is null then 'No compliance gap on record. ' else '' end,
                case when signals.vendor_risk_flags is null then 'No count of vendor flags on record. ' else '' end
            )
        ), '') as unknown_because
    from usage_decay
    left join latest_signals as signals on usage_decay.customer_id = signals.customer_id and signals.place = 1
)

select * from final
