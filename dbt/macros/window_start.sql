{#- The first moment of the trailing window of `days` calendar days that ends with as_of, that day included. -#}
{% macro window_start(days) -%}
{{ as_of_instant(1 - days) }}
{%- endmacro %}
