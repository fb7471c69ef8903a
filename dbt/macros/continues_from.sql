{#- The day of the build that this one goes on from, as a date expression; without one the first day of all. -#}
{% macro continues_from() -%}
cast('{{ var('continues_from', none) or '0001-01-01' }}' as date)
{%- endmacro %}
