{#- A ratio that is 0 when its denominator is 0 or nothing is there: the marketing models' convention. -#}
{% macro safe_divide_or_zero(numerator, denominator) -%}
coalesce({{ to_float(numerator) }} / nullif({{ to_float(denominator) }}, 0), 0)
{%- endmacro %}
