{#- A value as JSON: text in quotes, with what JSON needs escaped; null where it is not known. -#}
{% macro json_text(value) -%}
coalesce(cast(to_json({{ value }}) as {{ dbt.type_string() }}), 'null')
{%- endmacro %}
