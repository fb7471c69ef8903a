{#- The whole part of a quotient of two non-negative integers. -#}
{% macro integer_divide(numerator, denominator) -%}
{{ adapter.dispatch('integer_divide', 'tenure')(numerator, denominator) }}
{%- endmacro %}

{% macro default__integer_divide(numerator, denominator) -%}
(({{ numerator }}) / ({{ denominator }}))
{%- endmacro %}

{% macro duckdb__integer_divide(numerator, denominator) -%}
(({{ numerator }}) // ({{ denominator }}))
{%- endmacro %}

{% macro clickhouse__integer_divide(numerator, denominator) -%}
intDiv({{ numerator }}, {{ denominator }})
{%- endmacro %}
