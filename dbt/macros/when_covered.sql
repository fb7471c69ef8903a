{#- A value over the trailing `days` days that end with `day`: NULL, never 0, on days before the source begins, and
    when the whole window lies after the last thing it knows of. Reads the CTE `sources` (see `pivot_watermarks`). -#}
{% macro when_covered(source_name, days, expression, day='metric_date') -%}
case
    when sources.{{ source_start(source_name) }} <= {{ day }}
        and sources.{{ source_end(source_name) }} >= {{ window_start_date(days, day) }}
        then {{ expression }}
end
{%- endmacro %}
