{#- The second of two counts that `paired` made one number of. -#}
{% macro paired_low(pair) -%}
({{ pair }} % 67108864)
{%- endmacro %}
