{#- `as_of` as a date expression. Models use this instead of the database's clock. -#}
{% macro as_of() -%}
cast('{{ as_of_day() | trim }}' as date)
{%- endmacro %}
