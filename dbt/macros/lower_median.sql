{#- The value in the middle of the rows of a group; of an even number of them the lower of the two. -#}
{% macro lower_median(expression) -%}
{{ adapter.dispatch('lower_median', 'tenure')(expression) }}
{%- endmacro %}

{% macro default__lower_median(expression) -%}
percentile_disc(0.5) within group (order by {{ expression }})
{%- endmacro %}

{% macro clickhouse__lower_median(expression) -%}
quantileExactLow(0.5)({{ expression }})
{%- endmacro %}
