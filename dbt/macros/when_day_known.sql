{#- A day's value: NULL, never 0, on days after the last thing the source knows of. The model imports
    `source_watermarks` as a CTE of that name. -#}
{% macro when_day_known(source_name, day, expression) -%}
case
    when (select w.last_event_date from source_watermarks as w where w.source_name = '{{ source_name }}') >= {{ day }}
        then {{ expression }}
end
{%- endmacro %}
