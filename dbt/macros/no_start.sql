{#- A date earlier than any in the data, for what has no beginning: the first day that every engine has. -#}
{% macro no_start() -%}
cast('1900-01-01' as date)
{%- endmacro %}
