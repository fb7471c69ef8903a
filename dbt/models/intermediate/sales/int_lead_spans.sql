-- A lead belongs to nobody ('') until its opportunity is known, then to that opportunity's owner; of several, to that
-- of the first. So the owners and nobody add up to the company on every day.
{%- set measures = [
    ['total_mqls', 0, 30, 'true'],
    ['mqls_30_to_120d', 30, 121, 'true'],
    ['mqls_to_sql_in_30d', 30, 121, days_between('mql_on', 'sql_on') ~ ' <= 30'],
    ['mqls_90_to_180d', 90, 181, 'true'],
    ['mqls_to_customer_in_90d', 90, 181, days_between('mql_on', 'converted_on') ~ ' <= 90']
] %}

with leads as (
    select * from {{ ref('stg_leads') }}
),

opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

owned as (
    select
        leads.lead_id,
        opportunities.owner_id,
        greatest(opportunities.known_from, {{ utc_date('leads.sql_at') }}, {{ utc_date('leads.created_at') }})
            as owned_from,
        opportunities.opp_id
    from leads
    inner join opportunities on leads.opp_id = opportunities.opp_id
    union all
    select
        leads.lead_id,
        opportunities.owner_id,
        greatest(opportunities.known_from, {{ utc_date('leads.created_at') }}) as owned_from,
        opportunities.opp_id
    from leads
    inner join opportunities on leads.lead_id = opportunities.lead_id
),

ranked as (
    select *, row_number() over (partition by lead_id order by owned_from, opp_id) as place
    from owned
    where owner_id is not null
),

qualified as (
    select
        coalesce(ranked.owner_id, '') as owner_id,
        coalesce(ranked.owned_from, {{ no_end() }}) as owned_from,
        greatest({{ utc_date('leads.mql_at') }}, {{ utc_date('leads.created_at') }}) as mql_on,
        {{ utc_date('leads.sql_at') }} as sql_on,
        {{ utc_date('leads.converted_at') }} as converted_on
    from leads
    left join ranked on leads.lead_id = ranked.lead_id and ranked.place = 1
    where leads.mql_at is not null
),

spans as (
    {%- for measure, first_day, end_day, condition in measures %}
    select
        owner_id,
        owned_from,
        '{{ measure }}' as measure,
        {{ add_days('mql_on', first_day) }} as starts_on,
        {{ add_days('mql_on', end_day) }} as ends_on
    from qualified
    where {{ condition }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select '' as owner_id, measure, starts_on, least(ends_on, owned_from) as ends_on, {{ to_money(1) }} as value
    from spans
    where starts_on < owned_from
    union all
    select owner_id, measure, greatest(starts_on, owned_from) as starts_on, ends_on, {{ to_money(1) }} as value
    from spans
    where owned_from < ends_on
)

select * from final
