{#- The value below which a share of the rows of a group lies, between two rows where it falls there. -#}
{% macro percentile(share, expression) -%}
percentile_cont({{ share }}) within group (order by {{ expression }})
{%- endmacro %}
