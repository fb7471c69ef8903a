{% macro cents_to_money(column) -%}
cast({{ column }} as decimal(14, 2)) / 100
{%- endmacro %}
