{#- A value that became known at a moment: NULL while that moment lies after as_of. -#}
{% macro known_at(value, moment) -%}
case when {{ moment }} < {{ as_of_end() }} then {{ value }} end
{%- endmacro %}
