{#- The sum of a column as a 64-bit float, the same whatever the order of the rows: floats are added up as decimals. -#}
{% macro sum_exact(column, scale=9, precision=28) -%}
{{ to_float('sum(' ~ to_decimal(column, scale, precision) ~ ')') }}
{%- endmacro %}
