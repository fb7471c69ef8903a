{#- A 64-bit float. `::float` is that on most engines, but 32 bits on DuckDB. -#}
{% macro to_float(expression) -%}
{{ adapter.dispatch('to_float', 'tenure')(expression) }}
{%- endmacro %}

{% macro default__to_float(expression) -%}
({{ expression }})::float
{%- endmacro %}

{% macro duckdb__to_float(expression) -%}
({{ expression }})::double
{%- endmacro %}

{% macro clickhouse__to_float(expression) -%}
cast({{ expression }} as double)
{%- endmacro %}
