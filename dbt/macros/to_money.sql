{#- Money, exact to the cent. -#}
{% macro to_money(expression) -%}
{{ to_decimal(expression, 2, 18) }}
{%- endmacro %}
