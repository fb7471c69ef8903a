-- What a component earned is its share of the score; both days of a comparison count all of it, so that what moved adds
-- up to the change of the score.
{%- set health = var('health') %}
with health_days as (
    select * from {{ ref('int_customer_health_days') }}
),

recent as (
    select
        *,
        {{ days_between('metric_date', as_of()) }} as days_ago
    from health_days
    where metric_date in ({{ as_of() }}, {{ add_days(as_of(), -7) }}, {{ add_days(as_of(), -30) }})
),

components as (
    {%- for component in health.components %}
    select
        customer_id,
        days_ago,
        cast({{ loop.index }} as integer) as component_place,
        '{{ component.name }}' as component,
        {{ component.name }}_score as component_score,
        {{ component.name }}_points_earned as points_earned,
        {{ component.name }}_points_lost as points_lost
    from recent
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        customer_id,
        component_place,
        component,
        max(case when days_ago = 0 then component_score end) as component_score,
        max(case when days_ago = 0 then points_earned end) as points_earned,
        max(case when days_ago = 0 then points_lost end) as points_lost,
        max(case when days_ago = 7 then points_earned end) as points_earned_7d_ago,
        max(case when days_ago = 30 then points_earned end) as points_earned_30d_ago
    from components
    group by customer_id, component_place, component
    having count(case when days_ago = 0 then 1 end) > 0
)

select * from final
