{#- A value as JSON: text in quotes, with what JSON needs escaped; null where it is not known. -#}
{% macro json_text(value) -%}
{{ adapter.dispatch('json_text', 'tenure')(value) }}
{%- endmacro %}

{% macro default__json_text(value) -%}
coalesce(cast(to_json({{ value }}) as {{ dbt.type_string() }}), 'null')
{%- endmacro %}

{% macro clickhouse__json_text(value) -%}
coalesce(toJSONString({{ value }}), 'null')
{%- endmacro %}
