{#- A count over the trailing `days` days: NULL, never 0, when that whole window lies after the last thing the
    source knows of. The model imports `source_watermarks` as a CTE of that name. -#}
{% macro when_window_known(source_name, days, expression, last_day=none) -%}
case
    when (select w.last_event_date from source_watermarks as w where w.source_name = '{{ source_name }}')
        >= {{ window_start_date(days, last_day or as_of()) }}
        then {{ expression }}
end
{%- endmacro %}
