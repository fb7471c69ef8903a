{#- The day the models look back from, as text: the variable `as_of`, else the UTC day the run started. -#}
{% macro as_of_day() -%}
{{ var('as_of', '') or run_started_at.strftime('%Y-%m-%d') }}
{%- endmacro %}
