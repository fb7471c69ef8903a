-- Each component's score, 0 to 100: the mean of its inputs that have data, by weight; and its weight for the customer's
-- tier, 0 without a score.
{%- set health = var('health') %}
with rates as (
    select * from {{ ref('int_customer_rates') }}
),

inputs as (
    select
        customer_id,
        metric_date,
        plan_tier
        {%- for component in health.components %}
        {%- for input in component.inputs %},
        {{ curve(input.column, input.curve) }} as {{ component.name }}_{{ loop.index }}
        {%- endfor %}
        {%- endfor %}
    from rates
    where is_active
),

scored as (
    select
        customer_id,
        metric_date,
        plan_tier
        {%- for component in health.components %},
        (
            0
            {%- for input in component.inputs %}
            + coalesce({{ to_float(input.weight) }} * {{ component.name }}_{{ loop.index }}, 0)
            {%- endfor %}
        ) / nullif(
            0
            {%- for input in component.inputs %}
            + case when {{ component.name }}_{{ loop.index }} is null then 0 else {{ to_float(input.weight) }} end
            {%- endfor %},
            0
        ) as {{ component.name }}_score
        {%- endfor %}
    from inputs
),

weighed as (
    select
        customer_id,
        metric_date
        {%- for component in health.components %},
        {{ component.name }}_score,
        case
            {%- for segment in health.segments %}
            {%- if component.name in segment.weights %}
            when plan_tier = '{{ segment.plan_tier }}' then {{ to_float(segment.weights[component.name]) }}
            {%- endif %}
            {%- endfor %}
            when true then {{ to_float(component.weight) }}
        end as {{ component.name }}_weight
        {%- endfor %}
    from scored
),

final as (
    select
        customer_id,
        metric_date
        {%- for component in health.components %},
        {{ component.name }}_score,
        {{ component.name }}_weight as {{ component.name }}_full_weight,
        case when {{ component.name }}_score is null then 0 else {{ component.name }}_weight end
            as {{ component.name }}_weight
        {%- endfor %}
    from weighed
)

select * from final
