-- The stage in force on as_of comes from the stage history. The row itself (stage, amount, close date) speaks of the
-- day it was loaded and of no earlier one: without history an opportunity counts from its load on. A close dated
-- later than as_of, by closed_at or else by close_date, is not known yet. The columns loaded_… are the row's own word,
-- for models that look at days before as_of.
with gtm_opportunities as (
    select * from {{ source('raw', 'gtm_opportunities') }}
),

stage_history as (
    select * from {{ ref('stg_opportunity_stage_history') }}
),

latest_entries as (
    select opp_id, max(entered_at) as entered_at
    from stage_history
    group by opp_id
),

stages as (
    select stage_history.opp_id, stage_history.entered_at, stage_history.stage, stage_history.amount
    from stage_history
    inner join latest_entries
        on stage_history.opp_id = latest_entries.opp_id
        and stage_history.entered_at = latest_entries.entered_at
),

known as (
    select
        opportunities.*,
        stages.opp_id is not null as has_history,
        stages.entered_at as stage_entered_at,
        stages.stage as history_stage,
        stages.amount as history_amount,
        {{ utc_date('opportunities._loaded_at') }} <= {{ as_of() }} as is_loaded,
        coalesce(opportunities.closed_at >= {{ as_of_end() }}, false)
            or (
                opportunities.stage in ('closed_won', 'closed_lost')
                and coalesce(opportunities.closed_at is null and opportunities.close_date > {{ as_of() }}, false)
            ) as closes_later
    from gtm_opportunities as opportunities
    left join stages on opportunities.opp_id = stages.opp_id
    where opportunities.created_at is null or opportunities.created_at < {{ as_of_end() }}
),

staged as (
    select
        *,
        stage as row_stage,
        case when has_history then history_stage when not closes_later then stage end as stage_on_day
    from known
    where has_history or is_loaded
),

final as (
    select
        opp_id,
        customer_id,
        stage_on_day as stage,
        cast(coalesce(stage_on_day not in ('closed_won', 'closed_lost'), true) as boolean) as is_open,
        stage_entered_at,
        case when has_history then 'stage_history' else 'current_stage' end as stage_source,
        case
            when has_history and stage_on_day in ('closed_won', 'closed_lost') then {{ utc_date('stage_entered_at') }}
            when is_loaded and not closes_later then close_date
        end as close_date,
        {{ known_at('closed_at', 'closed_at') }} as closed_at,
        coalesce(history_amount, case when is_loaded then amount end) as amount,
        sales_owner,
        opportunity_type,
        created_at,
        owner_id,
        lead_id,
        case when is_loaded then {{ utc_date('_loaded_at') }} end as loaded_date,
        case when is_loaded and not closes_later then row_stage end as loaded_stage,
        case when is_loaded then amount end as loaded_amount,
        case when is_loaded and not closes_later then close_date end as loaded_close_date,
        case
            when is_loaded and not closes_later
                then greatest(
                    {{ utc_date('_loaded_at') }},
                    {{ utc_date('closed_at') }},
                    case when row_stage in ('closed_won', 'closed_lost') and closed_at is null then close_date end
                )
        end as loaded_stage_from
    from staged
)

select * from final
