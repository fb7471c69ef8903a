{#- A date later than any in the data, for comparing ends that are not known. Never shown. -#}
{% macro no_end() -%}
cast('2199-12-31' as date)
{%- endmacro %}
