{#- A ratio that is NULL when its denominator is 0 or one of the two is not known. -#}
{% macro ratio(numerator, denominator) -%}
({{ to_float(numerator) }} / nullif({{ to_float(denominator) }}, 0))
{%- endmacro %}
