{#- The value below which a share of the rows of a group lies, between two rows where it falls there. -#}
{% macro percentile(share, expression) -%}
{{ adapter.dispatch('percentile', 'tenure')(share, expression) }}
{%- endmacro %}

{% macro default__percentile(share, expression) -%}
percentile_cont({{ share }}) within group (order by {{ expression }})
{%- endmacro %}

{% macro clickhouse__percentile(share, expression) -%}
quantileExactInclusive({{ share }})({{ expression }})
{%- endmacro %}
