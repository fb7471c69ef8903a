{#- The sum of a column as a 64-bit float, the same whatever the order of the rows: floats are added up as decimals. -#}
{% macro sum_exact(column, number='decimal(28, 9)') -%}
{{ to_float('sum(cast(' ~ column ~ ' as ' ~ number ~ '))') }}
{%- endmacro %}
