{#- A number in text, rounded to so many places, all of them written. -#}
{% macro decimal_text(value, scale) -%}
{{ adapter.dispatch('decimal_text', 'tenure')(value, scale) }}
{%- endmacro %}

{% macro default__decimal_text(value, scale) -%}
cast({{ to_decimal(value, scale) }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro clickhouse__decimal_text(value, scale) -%}
toDecimalString({{ to_decimal(value, scale) }}, {{ scale }})
{%- endmacro %}
