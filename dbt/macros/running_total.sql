{#- The sum of a column of counts over all rows of a window's order so far, as a bigint. The window is named. -#}
{% macro running_total(column, window_name) -%}
{{ adapter.dispatch('running_total', 'tenure')(column, window_name) }}
{%- endmacro %}

{% macro default__running_total(column, window_name) -%}
cast(sum({{ column }}) over {{ window_name }} as bigint)
{%- endmacro %}

{#- Through doubles, exact up to 2^53: DuckDB adds integers up in 128 bits, which takes twice as long. -#}
{% macro duckdb__running_total(column, window_name) -%}
cast(sum(cast({{ column }} as double)) over {{ window_name }} as bigint)
{%- endmacro %}
