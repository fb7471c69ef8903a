{#- A count over the trailing `days` days: NULL, never 0, when that whole window lies after the last thing the
    source knows of by as_of. Reads the CTE `sources` (see `pivot_watermarks`). -#}
{% macro when_window_known(source_name, days, expression, last_day=none) -%}
case
    when sources.{{ source_end(source_name) }} >= {{ window_start_date(days, last_day or as_of()) }} then {{ expression }}
end
{%- endmacro %}
