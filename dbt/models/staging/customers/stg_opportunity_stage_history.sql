with opportunity_stage_history as (
    select * from {{ source('raw', 'opportunity_stage_history') }}
),

final as (
    select
        opp_id,
        entered_at,
        stage,
        amount
    from opportunity_stage_history
    where entered_at < {{ as_of_end() }}
)

select * from final
