{#- A value over the trailing `days` days that end with `day`: NULL, never 0, before the source begins and where it holds
    nothing in all of the window. Reads `sources`, by day (see `pivot_source_days`): the row of the same day, so that
    what came later says nothing of it. -#}
{% macro when_covered(source_name, days, expression, day='metric_date', sources='sources') -%}
case when {{ sources }}.{{ source_end(source_name) }} >= {{ window_start_date(days, day) }} then {{ expression }} end
{%- endmacro %}
