{#- Money, exact to the cent. -#}
{% macro to_money(expression) -%}
cast({{ expression }} as decimal(18, 2))
{%- endmacro %}
