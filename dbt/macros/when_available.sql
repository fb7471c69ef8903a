{#- A value that needs a source: NULL, never 0, when that source holds nothing by as_of. The model imports
    `source_watermarks` as a CTE of that name; `metric_availability` gives the reason. -#}
{% macro when_available(source_name, expression) -%}
case
    when (select w.is_available from source_watermarks as w where w.source_name = '{{ source_name }}')
        then {{ expression }}
end
{%- endmacro %}
