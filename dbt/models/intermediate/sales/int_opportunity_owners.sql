{{ config(materialized='table') }}

-- Who owns an opportunity is not dated: today's owner is taken for all its days. Where owner_id is empty, sales_owner
-- is looked up by name among the members who were there on the opportunity's first day, and stands for itself when
-- nobody has that name.
with opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

stage_history as (
    select * from {{ ref('stg_opportunity_stage_history') }}
),

team_members as (
    select * from {{ ref('stg_team_members') }}
),

first_entries as (
    select opp_id, {{ utc_date('min(entered_at)') }} as entered_on
    from stage_history
    group by opp_id
),

dated as (
    select
        opportunities.opp_id,
        opportunities.customer_id,
        opportunities.lead_id,
        opportunities.owner_id,
        opportunities.sales_owner,
        opportunities.opportunity_type,
        coalesce({{ utc_date('opportunities.created_at') }}, first_entries.entered_on) as created_on,
        opportunities.loaded_date,
        first_entries.entered_on as first_entered_on,
        greatest(
            least(first_entries.entered_on, opportunities.loaded_date),
            {{ utc_date('opportunities.created_at') }}
        ) as known_from
    from opportunities
    left join first_entries on opportunities.opp_id = first_entries.opp_id
),

named as (
    select dated.opp_id, min(team_members.member_id) as member_id
    from dated
    inner join team_members
        on dated.sales_owner = team_members.name
        and coalesce(team_members.active_from, dated.known_from) <= dated.known_from
    where dated.owner_id is null
    group by dated.opp_id
),

final as (
    select
        dated.opp_id,
        coalesce(dated.owner_id, named.member_id, dated.sales_owner) as owner_id,
        dated.sales_owner,
        dated.customer_id,
        dated.lead_id,
        dated.opportunity_type,
        dated.created_on,
        dated.loaded_date,
        dated.first_entered_on,
        dated.known_from
    from dated
    left join named on dated.opp_id = named.opp_id
)

select * from final
