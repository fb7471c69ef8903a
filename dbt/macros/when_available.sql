{#- A value that needs a source: NULL, never 0, when that source holds nothing by as_of. Reads the CTE `sources` (see
    `pivot_watermarks`); `metric_availability` gives the reason. -#}
{% macro when_available(source_name, expression) -%}
case when sources.{{ source_flag(source_name) }} then {{ expression }} end
{%- endmacro %}
