/**
 * What every dbt project has without writing it: the generic data tests, as dbt documents them, and the rules
 * for names that a project's own macros may fall back on. A project may define its own of the same name.
 */
export const BUILT_IN_MACROS = `
{% macro default__generate_schema_name(custom_schema_name, node) -%}
{{ target.schema if custom_schema_name is none else target.schema ~ '_' ~ custom_schema_name | trim }}
{%- endmacro %}

{% macro generate_schema_name_for_env(custom_schema_name, node) -%}
{{ custom_schema_name | trim if target.name == 'prod' and custom_schema_name is not none else target.schema }}
{%- endmacro %}

{% macro default__generate_alias_name(custom_alias_name=none, node=none) -%}
{{ custom_alias_name | trim if custom_alias_name else node.name }}
{%- endmacro %}

{% test unique(model, column_name) %}
select
    {{ column_name }} as unique_field,
    count(*) as n_records
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having count(*) > 1
{% endtest %}

{% test not_null(model, column_name) %}
select *
from {{ model }}
where {{ column_name }} is null
{% endtest %}

{% test accepted_values(model, column_name, values, quote=true) %}
with all_values as (
    select
        {{ column_name }} as value_field,
        count(*) as n_records
    from {{ model }}
    group by {{ column_name }}
)

select *
from all_values
where value_field not in (
    {%- for value in values %}
    {% if quote %}'{{ value }}'{% else %}{{ value }}{% endif %}{{ ',' if not loop.last }}
    {%- endfor %}
)
{% endtest %}

{% test relationships(model, column_name, to, field) %}
with child as (
    select {{ column_name }} as from_field
    from {{ model }}
    where {{ column_name }} is not null
),

parent as (
    select {{ field }} as to_field
    from {{ to }}
)

select child.from_field
from child
left join parent
    on parent.to_field = child.from_field
where parent.to_field is null
{% endtest %}
`;
