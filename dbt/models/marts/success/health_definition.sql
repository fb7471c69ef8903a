-- The variable `health` as the scores were made by it, so that a figure can be traced to its definition. What a person
-- set for a customer is in int_health_overrides.
{%- set health = var('health') %}
with listed as (
    {%- for component in health.components %}
    {%- set component_place = loop.index %}
    {%- for input in component.inputs %}
    select
        cast({{ component_place }} as integer) as component_place,
        '{{ component.name }}' as component,
        {{ to_float(component.weight) }} as component_weight,
        '{% for segment in health.segments %}{% if component.name in segment.weights %}{{ segment.plan_tier }} {{ segment.weights[component.name] }};{% endif %}{% endfor %}'
            as tier_weights,
        cast({{ loop.index }} as integer) as input_place,
        '{{ input.column }}' as input,
        {{ to_float(input.weight) }} as input_weight,
        '{% for point in input.curve %}{{ point[0] }} {{ point[1] }};{% endfor %}' as curve
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as integer) as component_place,
        cast(null as {{ dbt.type_string() }}) as component,
        {{ to_float('null') }} as component_weight,
        cast(null as {{ dbt.type_string() }}) as tier_weights,
        cast(null as integer) as input_place,
        cast(null as {{ dbt.type_string() }}) as input,
        {{ to_float('null') }} as input_weight,
        cast(null as {{ dbt.type_string() }}) as curve
),

final as (
    select
        cast({{ health.version }} as integer) as health_version,
        component_place,
        component,
        component_weight,
        tier_weights,
        input_place,
        input,
        input_weight,
        curve,
        {{ to_float(health.minimum_coverage) }} as minimum_coverage,
        {{ to_float(health.bands.excellent) }} as excellent_from,
        {{ to_float(health.bands.stable) }} as stable_from,
        {{ to_float(health.bands.at_risk) }} as at_risk_from
    from listed
    where component is not null
)

select * from final
