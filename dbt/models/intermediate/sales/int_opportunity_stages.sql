{{ config(materialized='table') }}

-- The state of an opportunity at the end of a day is its last entry of that day. What the row itself says counts from
-- its load on and only until the history begins.
with opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

owners as (
    select * from {{ ref('int_opportunity_owners') }}
),

stage_history as (
    select * from {{ ref('stg_opportunity_stage_history') }}
),

entries as (
    select
        history.opp_id,
        true as is_history,
        greatest({{ utc_date('history.entered_at') }}, owners.known_from) as valid_from,
        history.entered_at,
        history.stage,
        history.amount
    from stage_history as history
    inner join owners on history.opp_id = owners.opp_id
    union all
    select
        opportunities.opp_id,
        false as is_history,
        owners.known_from as valid_from,
        cast(null as timestamptz) as entered_at,
        case when opportunities.loaded_stage_from <= owners.known_from then opportunities.loaded_stage end as stage,
        cast(null as decimal(14, 2)) as amount
    from opportunities
    inner join owners on opportunities.opp_id = owners.opp_id
    where owners.known_from < coalesce(owners.first_entered_on, {{ no_end() }})
    union all
    select
        opportunities.opp_id,
        false as is_history,
        opportunities.loaded_stage_from as valid_from,
        cast(null as timestamptz) as entered_at,
        opportunities.loaded_stage as stage,
        cast(null as decimal(14, 2)) as amount
    from opportunities
    inner join owners on opportunities.opp_id = owners.opp_id
    where opportunities.loaded_stage_from > owners.known_from
        and opportunities.loaded_stage_from < coalesce(owners.first_entered_on, {{ no_end() }})
),

ranked as (
    select
        *,
        row_number() over (partition by opp_id, valid_from order by is_history desc, entered_at desc) as place
    from entries
),

marked as (
    select
        *,
        lead(valid_from) over (partition by opp_id order by valid_from) as valid_to,
        case
            when coalesce(stage, '')
                <> coalesce(lag(stage) over (partition by opp_id, is_history order by valid_from), '')
                then valid_from
        end as stage_began_on
    from ranked
    where place = 1
),

final as (
    select
        marked.opp_id,
        owners.owner_id,
        marked.valid_from,
        marked.valid_to,
        marked.stage,
        marked.is_history,
        cast(coalesce(marked.stage not in ('closed_won', 'closed_lost'), true) as boolean) as is_open,
        case
            when marked.is_history
                then max(marked.stage_began_on) over (
                    partition by marked.opp_id, marked.is_history order by marked.valid_from
                )
            when marked.stage in ('closed_won', 'closed_lost')
                then coalesce({{ utc_date('opportunities.closed_at') }}, opportunities.loaded_close_date)
        end as stage_entered_on,
        {{ to_money('coalesce(marked.amount, opportunities.loaded_amount)') }} as amount,
        case
            when marked.amount is not null then marked.valid_from
            when opportunities.loaded_amount is not null then greatest(marked.valid_from, opportunities.loaded_date)
        end as amount_known_from,
        owners.created_on,
        owners.known_from
    from marked
    inner join owners on marked.opp_id = owners.opp_id
    inner join opportunities on marked.opp_id = opportunities.opp_id
)

select * from final
