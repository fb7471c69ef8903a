{#- A value that another column dates: NULL while that moment lies after as_of. Where the moment was not recorded it
    says nothing, and the value stands. -#}
{% macro unless_known_later(value, moment) -%}
case when {{ moment }} >= {{ as_of_end() }} then null else {{ value }} end
{%- endmacro %}
