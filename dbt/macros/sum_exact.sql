{#- The sum of a column as a 64-bit float, the same whatever the order of the rows: floats are added up as decimals. -#}
{% macro sum_exact(column) -%}
{{ to_float('sum(cast(' ~ column ~ ' as decimal(28, 9)))') }}
{%- endmacro %}
