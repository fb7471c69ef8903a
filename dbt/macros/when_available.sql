{#- A value that needs a source: NULL, never 0, when that source holds nothing by then. Reads the CTE `sources`, of as_of
    (`pivot_watermarks`) or by day (`pivot_source_days`); `metric_availability` gives the reason. -#}
{% macro when_available(source_name, expression) -%}
case when sources.{{ source_flag(source_name) }} then {{ expression }} end
{%- endmacro %}
