{#- The first of two counts that `paired` made one number of. -#}
{% macro paired_high(pair) -%}
{{ integer_divide(pair, 67108864) }}
{%- endmacro %}
