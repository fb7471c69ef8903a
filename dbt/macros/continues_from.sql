{#- The day of the build that this one goes on from, as a date expression; without one the first day of all. -#}
{% macro continues_from() -%}
{% set day = var('continues_from', none) %}
{{- "cast('" ~ day ~ "' as date)" if day else no_start() }}
{%- endmacro %}
