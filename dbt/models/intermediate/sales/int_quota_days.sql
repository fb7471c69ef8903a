{{ config(materialized='table') }}

-- The quota in force is that of the latest period; of two that began together, the shorter one. A quota of somebody
-- whose reports hold quotas on the same day sums theirs up and is left out. Owners without a quota are seen over the
-- widest period of the others, so that the owners' parts add up to the company's.
with days as (
    select * from {{ ref('int_days') }}
),

quotas as (
    select * from {{ ref('stg_quotas') }}
),

team_members as (
    select * from {{ ref('stg_team_members') }}
),

owners as (
    select * from {{ ref('int_sales_owners') }}
),

in_force as (
    select
        days.metric_date,
        quotas.member_id,
        quotas.period_start,
        quotas.period_end,
        quotas.quota_amount,
        row_number() over (
            partition by quotas.member_id, days.metric_date order by quotas.period_start desc, quotas.period_end
        ) as place
    from days
    inner join quotas on days.metric_date between quotas.period_start and quotas.period_end
),

leaders as (
    select distinct in_force.metric_date, team_members.manager_id
    from in_force
    inner join team_members
        on in_force.member_id = team_members.member_id
        and team_members.manager_id <> team_members.member_id
        and coalesce(team_members.active_from, in_force.metric_date) <= in_force.metric_date
),

own_quotas as (
    select in_force.*
    from in_force
    left join leaders
        on in_force.member_id = leaders.manager_id and in_force.metric_date = leaders.metric_date
    where in_force.place = 1 and leaders.manager_id is null
),

widest as (
    select metric_date, min(period_start) as period_start, max(period_end) as period_end
    from own_quotas
    group by metric_date
),

all_owners as (
    select owner_id, known_from from owners
    union all
    select '' as owner_id, min(known_from) as known_from from owners
),

final as (
    select
        widest.metric_date,
        all_owners.owner_id,
        coalesce(own_quotas.period_start, widest.period_start) as period_start,
        coalesce(own_quotas.period_end, widest.period_end) as period_end,
        {{ to_money('own_quotas.quota_amount') }} as quota_amount,
        {{ to_money(to_money(integer_divide(
            'cast(own_quotas.quota_amount * 100 as bigint) * '
            ~ days_between('own_quotas.period_start', add_days('widest.metric_date', 1)),
            days_between('own_quotas.period_start', add_days('own_quotas.period_end', 1))
        )) ~ ' / 100') }} as quota_to_date
    from widest
    inner join all_owners on all_owners.known_from <= widest.metric_date
    left join own_quotas
        on widest.metric_date = own_quotas.metric_date and all_owners.owner_id = own_quotas.member_id
)

select * from final
