{#- The first moment that is not known any more: what happened before it happened by the end of as_of. -#}
{% macro as_of_end() -%}
{{ as_of_instant(1) }}
{%- endmacro %}
