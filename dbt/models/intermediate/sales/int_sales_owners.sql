{{ config(materialized='table') }}

-- Known from the first day that names them. A name that is not in the team list is the sales_owner of the earliest
-- opportunity, so that it never changes afterwards.
with opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

quotas as (
    select * from {{ ref('stg_quotas') }}
),

sales_activities as (
    select * from {{ ref('stg_sales_activities') }}
),

team_members as (
    select * from {{ ref('stg_team_members') }}
),

mentions as (
    select owner_id, known_from from opportunities
    union all
    select member_id as owner_id, period_start as known_from from quotas
    union all
    select member_id as owner_id, {{ utc_date('min(occurred_at)') }} as known_from
    from sales_activities
    group by member_id
),

first_mentions as (
    select owner_id, min(known_from) as known_from
    from mentions
    where owner_id is not null
    group by owner_id
),

ranked as (
    select
        owner_id,
        sales_owner,
        row_number() over (partition by owner_id order by known_from, opp_id) as place
    from opportunities
    where sales_owner is not null
),

final as (
    select
        first_mentions.owner_id,
        first_mentions.known_from,
        team_members.name as member_name,
        team_members.active_from,
        team_members.active_to,
        coalesce(ranked.sales_owner, first_mentions.owner_id) as other_name
    from first_mentions
    left join team_members on first_mentions.owner_id = team_members.member_id
    left join ranked on first_mentions.owner_id = ranked.owner_id and ranked.place = 1
)

select * from final
